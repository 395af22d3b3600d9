import type { IntLayout } from './layout.ts';

/** The conversion of an integer schema: wraps around as a store to memory does, and never throws. */
export function converter({ size, signed, big }: IntLayout): (value: number | bigint | boolean) => number | bigint {
  if (big) return signed ? (value) => BigInt.asIntN(64, whole(value)) : (value) => BigInt.asUintN(64, whole(value));
  if (size === 4) return signed ? (value) => low(value) | 0 : (value) => low(value) >>> 0;
  const shift = 32 - size * 8;
  return signed ? (value) => (low(value) << shift) >> shift : (value) => (low(value) << shift) >>> shift;
}

/** A number whose low 32 bits are those of the value: bitwise operators take it modulo 2^32. */
function low(value: number | bigint | boolean): number {
  return typeof value === 'bigint' ? Number(BigInt.asUintN(32, value)) : Number(value);
}

function whole(value: number | bigint | boolean): bigint {
  if (typeof value === 'number') return Number.isFinite(value) ? BigInt(Math.trunc(value)) : 0n;
  return BigInt(value);
}
