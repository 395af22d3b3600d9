import {
  type BinaryOperator,
  greatest,
  type Interval,
  interval,
  least,
  meet,
  single,
  type Width,
} from '../ir/index.ts';
import { signed, signedLimits, unsigned } from './views.ts';

type Rule = (left: Interval, right: Interval, width: Width) => Interval;

/** The interval of a binary operation's result. Sums and products of 64 bits stay mathematical: they may pass 2^64. */
export function binaryRange(operator: BinaryOperator, left: Interval, right: Interval, width: Width): Interval {
  const result = rules[operator](left, right, width);
  return width === 32 ? unsigned(result, 32) : result;
}

const rules: Readonly<Record<BinaryOperator, Rule>> = {
  add: (left, right) => interval(plus(left.min, right.min), plus(left.max, right.max)),
  sub: (left, right) => interval(minus(left.min, right.max), minus(left.max, right.min)),
  mul: multiply,
  udiv: (left, right, width) => divide(unsigned(left, width), unsigned(right, width)),
  umod: (left, right, width) => modulo(unsigned(left, width), unsigned(right, width)),
  sdiv: (left, right, width) => signedDivide(signed(left, width), signed(right, width), width),
  smod: (left, right, width) => signedModulo(signed(left, width), signed(right, width)),
  and: (left, right, width) => and(unsigned(left, width), unsigned(right, width)),
  or: (left, right, width) => or(unsigned(left, width), unsigned(right, width)),
  xor: (left, right, width) => interval(0n, allBits(top(unsigned(left, width)), top(unsigned(right, width)))),
  shl: shiftLeft,
  lshr: (left, right, width) => shiftRight(unsigned(left, width), amount(right, width)),
  ashr: (left, right, width) => shiftRight(signed(left, width), amount(right, width)),
};

function plus(left: bigint | undefined, right: bigint | undefined): bigint | undefined {
  return left === undefined || right === undefined ? undefined : left + right;
}
function minus(left: bigint | undefined, right: bigint | undefined): bigint | undefined {
  return left === undefined || right === undefined ? undefined : left - right;
}

/** Ends of views are always known; this says so to the type checker. */
function bottom({ min }: Interval): bigint {
  return min ?? 0n;
}
function top({ max }: Interval): bigint {
  return max ?? 0n;
}

function multiply(left: Interval, right: Interval): Interval {
  if (left.min === undefined || left.max === undefined || right.min === undefined || right.max === undefined) {
    return multiplyOpen(left, right);
  }
  const products = [left.min * right.min, left.min * right.max, left.max * right.min, left.max * right.max];
  return interval(products.reduce(least), products.reduce(greatest));
}

/** Of open intervals only the case matters where both are not negative. */
function multiplyOpen(left: Interval, right: Interval): Interval {
  if (left.min === undefined || right.min === undefined || left.min < 0n || right.min < 0n) {
    return interval(undefined, undefined);
  }
  return interval(left.min * right.min, undefined);
}

/** A divisor of zero gives zero (RFC 9669, section 4.1). */
function divide(left: Interval, right: Interval): Interval {
  if (top(right) === 0n) return interval(0n, 0n);
  const largest = top(left) / greatest(bottom(right), 1n);
  return interval(bottom(right) === 0n ? 0n : bottom(left) / top(right), largest);
}

/** A divisor of zero leaves the dividend (RFC 9669, section 4.1). */
function modulo(left: Interval, right: Interval): Interval {
  if (top(left) < bottom(right)) return left;
  const largest = bottom(right) === 0n ? top(left) : least(top(left), top(right) - 1n);
  return interval(0n, greatest(largest, 0n));
}

function signedDivide(left: Interval, right: Interval, width: Width): Interval {
  const divisor = single(right);
  if (divisor !== undefined && divisor > 0n) return interval(bottom(left) / divisor, top(left) / divisor);
  const size = greatest(magnitude(left), 0n);
  return meet(interval(-size, size), signedLimits(width)) ?? signedLimits(width);
}

function signedModulo(left: Interval, right: Interval): Interval {
  const divides = !(bottom(right) <= 0n && top(right) >= 0n);
  const limit = divides ? least(magnitude(right) - 1n, magnitude(left)) : magnitude(left);
  return interval(bottom(left) < 0n ? -limit : 0n, top(left) > 0n ? limit : 0n);
}

function magnitude(range: Interval): bigint {
  const low = bottom(range);
  return greatest(low < 0n ? -low : low, top(range) < 0n ? -top(range) : top(range));
}

/** The number of all ones that is not less than either. */
function allBits(left: bigint, right: bigint): bigint {
  const largest = greatest(left, right);
  return largest === 0n ? 0n : (1n << BigInt(largest.toString(2).length)) - 1n;
}

function and(left: Interval, right: Interval): Interval {
  const [first, second] = [single(left), single(right)];
  if (first !== undefined && second !== undefined) return interval(first & second, first & second);
  return interval(0n, least(top(left), top(right)));
}

function or(left: Interval, right: Interval): Interval {
  return interval(greatest(bottom(left), bottom(right)), allBits(top(left), top(right)));
}

/** What the instruction shifts by: the amount modulo the width. */
function amount(right: Interval, width: Width): Interval {
  const inside = meet(right, interval(0n, BigInt(width - 1)));
  return inside !== undefined && inside.min === right.min && inside.max === right.max
    ? right
    : interval(0n, BigInt(width - 1));
}

function shiftLeft(left: Interval, right: Interval, width: Width): Interval {
  const by = amount(right, width);
  const factor = interval(1n << bottom(by), 1n << top(by));
  return multiply(width === 32 ? unsigned(left, 32) : left, factor);
}

function shiftRight(left: Interval, by: Interval): Interval {
  const ends = [bottom(left) >> bottom(by), bottom(left) >> top(by), top(left) >> bottom(by), top(left) >> top(by)];
  return interval(ends.reduce(least), ends.reduce(greatest));
}
