import { badBtf } from './header.ts';
import type { Field, Shape } from './shape.ts';

/** Shapes whose bytes are one number. */
export type ScalarShape = Extract<Shape, { as: 'integer' | 'boolean' | 'enumeration' }>;

/** The `size` bytes at `offset` as an unsigned number. */
export function readBits(bytes: Uint8Array, offset: number, size: number, bigEndian: boolean): bigint {
  let value = 0n;
  for (let index = 0; index < size; index += 1) {
    const byte = bytes[offset + (bigEndian ? index : size - 1 - index)] ?? 0;
    value = (value << 8n) | BigInt(byte);
  }
  return value;
}

/** Writes the low `size` bytes of `value`, whatever its sign. */
export function writeBits(bytes: Uint8Array, offset: number, size: number, bigEndian: boolean, value: bigint): void {
  let rest = BigInt.asUintN(size * 8, value);
  for (let index = 0; index < size; index += 1) {
    bytes[offset + (bigEndian ? size - 1 - index : index)] = Number(rest & 0xffn);
    rest >>= 8n;
  }
}

/** The unsigned number in a bit field: bits count from the least significant one of the first byte. */
export function readBitField(bytes: Uint8Array, base: number, field: Field): bigint {
  const { start, count, size } = bitPlace(field);
  return BigInt.asUintN(count, readBits(bytes, base + field.offset, size, false) >> BigInt(start));
}

/** Writes a bit field and leaves its neighbours. */
export function writeBitField(bytes: Uint8Array, base: number, field: Field, value: bigint): void {
  const { start, count, size } = bitPlace(field);
  const mask = ((1n << BigInt(count)) - 1n) << BigInt(start);
  const old = readBits(bytes, base + field.offset, size, false);
  const bits = BigInt.asUintN(count, value) << BigInt(start);
  writeBits(bytes, base + field.offset, size, false, (old & ~mask) | bits);
}

/** Bits of a bit field, and how many bytes they touch. */
export function bitPlace(field: Field): { start: number; count: number; size: number } {
  const { start, count } = field.bits ?? { start: 0, count: 0 };
  return { start, count, size: Math.ceil((start + count) / 8) };
}

/** The shape of a bit field's type. @throws SKEP_BAD_BTF where such a type has no bits to take, or too few. */
export function bitFieldShape(shape: Shape, field: Field): ScalarShape {
  const scalar = shape.as === 'integer' || shape.as === 'boolean' || shape.as === 'enumeration';
  if (scalar && (field.bits?.count ?? 0) <= shape.size * 8) return shape;
  throw badBtf(`bit field ${field.name} has ${field.bits?.count} bits of ${shape.name}`, undefined, 'it has fewer');
}

/** Smallest and largest number of an integer or enumeration of `bits` bits. */
export function rangeOf(shape: ScalarShape, bits: number): [minimum: bigint, maximum: bigint] {
  if (shape.as === 'boolean') return [0n, 1n];
  const top = 1n << BigInt(bits);
  return shape.signed ? [-top / 2n, top / 2n - 1n] : [0n, top - 1n];
}
