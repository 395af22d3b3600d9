import type { Bytes, FixedArray } from './fixed-array.ts';
import { badSchema } from './runtime/errors.ts';
import { layoutOf } from './runtime/layout.ts';
import { byteArray } from './runtime/scalar.ts';
import { checkSize, plainSchema } from './runtime/schemas.ts';
import type { AnySchema, Infer, Input, Schema, Userland } from './schema.ts';

/** What `bytes` makes. */
export type BytesSchema<Length extends number> = Schema<Bytes<Length>, readonly number[]>;

/** `length` raw bytes: an array in the program, a list of exactly that many numbers in userland. */
export function bytes<Length extends number>(length: Length): BytesSchema<Length> {
  checkSize('number of bytes', length);
  return plainSchema(byteArray(length, undefined)) as BytesSchema<Length>;
}

/** What `array` makes. */
export type ArraySchema<Element extends AnySchema, Length extends number> = Schema<
  FixedArray<Infer<Element>, Length>,
  readonly Userland<Element>[],
  FixedArray<Infer<Element>, Length> | readonly Input<Element>[]
>;

/** `length` values of one schema. Userland gives and takes a plain array of exactly that length. */
export function array<Element extends AnySchema, Length extends number>(
  element: Element,
  length: Length,
): ArraySchema<Element, Length> {
  checkSize('length of an array', length);
  const layout = layoutOf(element);
  if (layout.kind === 'bits') throw badSchema('an array of bit fields', 'use u8 or u32');
  const { size, align } = layout;
  return plainSchema({
    kind: 'array',
    name: undefined,
    element: layout,
    length,
    size: size * length,
    align,
  }) as ArraySchema<Element, Length>;
}
