import type { RegisterIndex, RegisterViews } from './registers.ts';

/*
 * Division and modulo of 64-bit integers as pairs of 32-bit halves (RFC 9669, section 4.1), without BigInt.
 *
 * A double holds integers up to 2^53 exactly, and the rounded quotient of two of them never reaches an integer that
 * the true quotient stays below. Where both operands fit, one division of doubles is the whole work. The rest goes
 * by schoolbook division in base 2^32 or by estimate and correction.
 */

const TWO_32 = 0x1_0000_0000;
const TWO_16 = 0x1_0000;
/** High halves below this belong to numbers below 2^53. */
const EXACT_HIGH = 0x20_0000;

/** Quotient of the last call of {@link divideUnsigned}, in halves. */
let quotientLow = 0;
let quotientHigh = 0;
/** Remainder of the last call of {@link divideUnsigned}, in halves. */
let remainderLow = 0;
let remainderHigh = 0;

/** Divides unsigned pairs; the divisor is not zero. Leaves its results in the variables above. */
function divideUnsigned(low: number, high: number, divisorLow: number, divisorHigh: number): void {
  if (high >>> 0 < EXACT_HIGH && divisorHigh >>> 0 < EXACT_HIGH) {
    const dividend = (high >>> 0) * TWO_32 + (low >>> 0);
    const divisor = (divisorHigh >>> 0) * TWO_32 + (divisorLow >>> 0);
    const quotient = Math.floor(dividend / divisor);
    const remainder = dividend - quotient * divisor;
    quotientLow = quotient | 0;
    quotientHigh = (quotient / TWO_32) | 0;
    remainderLow = remainder | 0;
    remainderHigh = (remainder / TWO_32) | 0;
  } else if (divisorHigh === 0) {
    divideByWord(low, high, divisorLow >>> 0);
  } else {
    divideByEstimate(low, high, divisorLow, divisorHigh);
  }
}

/** Schoolbook division by one 32-bit digit; the lower dividend digit in two steps of 16 bits to stay exact. */
function divideByWord(low: number, high: number, divisor: number): void {
  const upper = Math.floor((high >>> 0) / divisor);
  const rest = (high >>> 0) - upper * divisor;
  const first = rest * TWO_16 + (low >>> 16);
  const firstDigit = Math.floor(first / divisor);
  const second = (first - firstDigit * divisor) * TWO_16 + (low & 0xffff);
  const secondDigit = Math.floor(second / divisor);
  quotientHigh = upper | 0;
  quotientLow = (firstDigit * TWO_16 + secondDigit) | 0;
  remainderLow = (second - secondDigit * divisor) | 0;
  remainderHigh = 0;
}

/**
 * Divisor of 2^32 or more: the quotient is below 2^32, so that its estimate in doubles is wrong by one at most. A
 * product of halves gives the remainder, which tells.
 */
function divideByEstimate(low: number, high: number, divisorLow: number, divisorHigh: number): void {
  const dividend = (high >>> 0) * TWO_32 + (low >>> 0);
  const divisor = (divisorHigh >>> 0) * TWO_32 + (divisorLow >>> 0);
  let quotient = Math.min(Math.floor(dividend / divisor), TWO_32 - 1);
  if (exceeds(quotient, low, high, divisorLow, divisorHigh)) quotient -= 1;
  subtractProduct(quotient, low, high, divisorLow, divisorHigh);
  if (!isBelow(remainderLow, remainderHigh, divisorLow, divisorHigh)) {
    quotient += 1;
    subtractProduct(quotient, low, high, divisorLow, divisorHigh);
  }
  quotientLow = quotient | 0;
  quotientHigh = 0;
}

/** Whether `quotient * divisor` is above the dividend, by digits of 2^32. */
function exceeds(quotient: number, low: number, high: number, divisorLow: number, divisorHigh: number): boolean {
  const lowProductHigh = multiplyHigh(quotient | 0, divisorLow) >>> 0;
  const lowProduct = Math.imul(quotient, divisorLow) >>> 0;
  // Below 2^53: the divisor's upper half times the quotient is at most the dividend's upper half plus the divisor's.
  const upper = quotient * (divisorHigh >>> 0) + lowProductHigh;
  return upper > high >>> 0 || (upper === high >>> 0 && lowProduct > low >>> 0);
}

/** Leaves `dividend - quotient * divisor` modulo 2^64 in the remainder. */
function subtractProduct(quotient: number, low: number, high: number, divisorLow: number, divisorHigh: number): void {
  const productLow = Math.imul(quotient, divisorLow);
  const productHigh = (multiplyHigh(quotient | 0, divisorLow) + Math.imul(quotient, divisorHigh)) | 0;
  remainderLow = (low - productLow) | 0;
  remainderHigh = (high - productHigh - (low >>> 0 < productLow >>> 0 ? 1 : 0)) | 0;
}

function isBelow(low: number, high: number, otherLow: number, otherHigh: number): boolean {
  return high === otherHigh ? low >>> 0 < otherLow >>> 0 : high >>> 0 < otherHigh >>> 0;
}

/** Upper half of the 64-bit product of two unsigned 32-bit numbers, signed. */
export function multiplyHigh(a: number, b: number): number {
  const a0 = a & 0xffff;
  const a1 = a >>> 16;
  const b0 = b & 0xffff;
  const b1 = b >>> 16;
  const cross = Math.imul(a0, b1);
  const other = Math.imul(a1, b0);
  const middle = (Math.imul(a0, b0) >>> 16) + (cross & 0xffff) + (other & 0xffff);
  return (Math.imul(a1, b1) + (cross >>> 16) + (other >>> 16) + (middle >>> 16)) | 0;
}

/** `dst / divisor`, unsigned; 0 for a divisor of 0. */
export function divide(registers: RegisterViews, dst: RegisterIndex, divisorLow: number, divisorHigh: number): void {
  if ((divisorLow | divisorHigh) === 0) {
    registers.low[dst] = 0;
    registers.high[dst] = 0;
    return;
  }
  divideUnsigned(registers.low[dst], registers.high[dst], divisorLow, divisorHigh);
  registers.low[dst] = quotientLow;
  registers.high[dst] = quotientHigh;
}

/** `dst % divisor`, unsigned; the dividend for a divisor of 0. */
export function modulo(registers: RegisterViews, dst: RegisterIndex, divisorLow: number, divisorHigh: number): void {
  if ((divisorLow | divisorHigh) === 0) return;
  divideUnsigned(registers.low[dst], registers.high[dst], divisorLow, divisorHigh);
  registers.low[dst] = remainderLow;
  registers.high[dst] = remainderHigh;
}

/** Divides the amounts of two signed pairs. */
function divideAmounts(low: number, high: number, divisorLow: number, divisorHigh: number): void {
  divideUnsigned(
    high < 0 ? -low | 0 : low,
    high < 0 ? negatedHigh(low, high) : high,
    divisorHigh < 0 ? -divisorLow | 0 : divisorLow,
    divisorHigh < 0 ? negatedHigh(divisorLow, divisorHigh) : divisorHigh,
  );
}

/** High half of the negated pair. */
function negatedHigh(low: number, high: number): number {
  return (~high + (low === 0 ? 1 : 0)) | 0;
}

/** `dst / divisor`, signed, towards zero; 0 for a divisor of 0; the least number by -1 is itself. */
export function divideSigned(
  registers: RegisterViews,
  dst: RegisterIndex,
  divisorLow: number,
  divisorHigh: number,
): void {
  const low = registers.low[dst];
  const high = registers.high[dst];
  if ((divisorLow | divisorHigh) === 0) {
    registers.low[dst] = 0;
    registers.high[dst] = 0;
    return;
  }
  divideAmounts(low, high, divisorLow, divisorHigh);
  const negative = high < 0 !== divisorHigh < 0;
  registers.low[dst] = negative ? -quotientLow : quotientLow;
  registers.high[dst] = negative ? negatedHigh(quotientLow, quotientHigh) : quotientHigh;
}

/** `dst % divisor`, signed, with the sign of the dividend; the dividend for a divisor of 0. */
export function moduloSigned(
  registers: RegisterViews,
  dst: RegisterIndex,
  divisorLow: number,
  divisorHigh: number,
): void {
  const low = registers.low[dst];
  const high = registers.high[dst];
  if ((divisorLow | divisorHigh) === 0) return;
  divideAmounts(low, high, divisorLow, divisorHigh);
  registers.low[dst] = high < 0 ? -remainderLow : remainderLow;
  registers.high[dst] = high < 0 ? negatedHigh(remainderLow, remainderHigh) : remainderHigh;
}
