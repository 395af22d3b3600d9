import { type Interval, interval } from '../ir/index.ts';

/*
 * A value's interval holds a mathematical integer; a register holds it modulo 2^64, and instructions read the register
 * as unsigned or signed number of some width. A view is the interval of what such an instruction reads.
 */

/** The interval of `range` modulo 2^bits, as numbers from `base` to `base + 2^bits - 1`. */
function view(range: Interval, bits: bigint, base: bigint): Interval {
  const size = 1n << bits;
  const all = interval(base, base + size - 1n);
  const { min, max } = range;
  if (min === undefined || max === undefined || max - min >= size) return all;
  const turns = floorDivide(min - base, size) * size;
  return max - turns > base + size - 1n ? all : interval(min - turns, max - turns);
}

function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value % divisor < 0n ? quotient - 1n : quotient;
}

/** The low bits read as an unsigned number. */
export function unsigned(range: Interval, bits: number): Interval {
  return view(range, BigInt(bits), 0n);
}

/** The low bits read as a signed number. */
export function signed(range: Interval, bits: number): Interval {
  return view(range, BigInt(bits), -(1n << BigInt(bits - 1)));
}

/** The limits of an unsigned number of so many bits. */
export function unsignedLimits(bits: number): Interval {
  return interval(0n, (1n << BigInt(bits)) - 1n);
}

/** The limits of a signed number of so many bits. */
export function signedLimits(bits: number): Interval {
  return interval(-(1n << BigInt(bits - 1)), (1n << BigInt(bits - 1)) - 1n);
}
