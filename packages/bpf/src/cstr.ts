import { checkSize, plainSchema } from './runtime/schemas.ts';
import type { Schema } from './schema.ts';

/** Text of at most `size - 1` bytes, ended by a zero: `string` on both sides. Longer text is cut. */
export function cstr(size: number): Schema<string> {
  checkSize('size of a text', size);
  return plainSchema({ kind: 'text', size, align: 1 }) as Schema<string>;
}
