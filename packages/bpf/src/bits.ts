import type { u8, u16, u32 } from './integers.ts';
import { checkSize, plainSchema } from './runtime/schemas.ts';
import type { Schema } from './schema.ts';
import type { layout } from './symbols.ts';

/** The narrowest integer that holds `Count` bits. Not atomic: it shares its bytes with its neighbours. */
export type Bits<Count extends number> = (Count extends 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8
  ? u8
  : Count extends 9 | 10 | 11 | 12 | 13 | 14 | 15 | 16
    ? u16
    : u32) & { readonly [layout]?: 'bits' | undefined };

/**
 * A field of `count` bits (1..32) in a `header`, most significant bit first. Its range is known to the compiler,
 * so `ihl * 4` is at most 60 without a check.
 */
export function bits<Count extends number>(count: Count): Schema<Bits<Count>, number> {
  checkSize('number of bits', count, 32);
  return plainSchema({ kind: 'bits', count, size: 0, align: 1 }) as Schema<Bits<Count>, number>;
}
