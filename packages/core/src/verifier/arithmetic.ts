/**
 * Arithmetic on what is known of numbers. Each function changes its first operand, which must be a fresh copy, and
 * leaves it to the caller to let the bounds agree (`synchronize`). The 64-bit ones keep the low half up to date.
 */
import {
  forgetSigned,
  forgetSigned32,
  forgetUnsigned,
  forgetUnsigned32,
  type Register,
  setConstant,
} from './register.ts';
import {
  tristateAdd,
  tristateAnd,
  tristateLeft,
  tristateMultiply,
  tristateOr,
  tristateRight,
  tristateSignedRight,
  tristateSubtract,
  tristateXor,
} from './tristate.ts';
import {
  below,
  differenceHigh,
  leftHigh,
  leftLow,
  less,
  productHigh,
  productOverflows,
  rightHigh,
  rightLow,
  signedRightHigh,
  signedRightLow,
  sumHigh,
} from './words.ts';

const SIGN = -0x80000000;

/** Both ends may leave the 64 bits, or neither: then the range is whole behind the wrap too. */
export function add(out: Register, b: Register): void {
  const minHigh = sumHigh(out.uminHigh, out.uminLow, b.uminHigh, b.uminLow);
  const minLow = (out.uminLow + b.uminLow) | 0;
  const maxHigh = sumHigh(out.umaxHigh, out.umaxLow, b.umaxHigh, b.umaxLow);
  const maxLow = (out.umaxLow + b.umaxLow) | 0;
  const minWraps = below(minHigh, minLow, out.uminHigh, out.uminLow);
  const maxWraps = below(maxHigh, maxLow, out.umaxHigh, out.umaxLow);
  addSigned(out, b);
  if (minWraps === maxWraps) {
    out.uminHigh = minHigh;
    out.uminLow = minLow;
    out.umaxHigh = maxHigh;
    out.umaxLow = maxLow;
  } else forgetUnsigned(out);
  add32Ranges(out, b);
  tristateAdd(out, b);
}

function addSigned(out: Register, b: Register): void {
  const minHigh = sumHigh(out.sminHigh, out.sminLow, b.sminHigh, b.sminLow);
  const minLow = (out.sminLow + b.sminLow) | 0;
  const maxHigh = sumHigh(out.smaxHigh, out.smaxLow, b.smaxHigh, b.smaxLow);
  const maxLow = (out.smaxLow + b.smaxLow) | 0;
  const minWraps = signedSumWrap(out.sminHigh, b.sminHigh, minHigh);
  const maxWraps = signedSumWrap(out.smaxHigh, b.smaxHigh, maxHigh);
  if (minWraps !== maxWraps) {
    forgetSigned(out);
    return;
  }
  out.sminHigh = minHigh;
  out.sminLow = minLow;
  out.smaxHigh = maxHigh;
  out.smaxLow = maxLow;
}

/** 1 where the sum went over the top, -1 below the bottom, else 0. */
function signedSumWrap(a: number, b: number, sum: number): number {
  if (((a ^ sum) & (b ^ sum)) >= 0) return 0;
  return a < 0 ? -1 : 1;
}

/** Which multiple of `span` the number lies in, seen from `base`. */
function turn(number: number, base: number): number {
  return Math.floor((number - base) / 0x100000000);
}

function setUnsigned32(out: Register, min: number, max: number): void {
  if (turn(min, 0) !== turn(max, 0)) {
    forgetUnsigned32(out);
    return;
  }
  out.umin32 = min | 0;
  out.umax32 = max | 0;
}

function setSigned32(out: Register, min: number, max: number): void {
  if (turn(min, -0x80000000) !== turn(max, -0x80000000)) {
    forgetSigned32(out);
    return;
  }
  out.smin32 = min | 0;
  out.smax32 = max | 0;
}

function add32Ranges(out: Register, b: Register): void {
  setUnsigned32(out, (out.umin32 >>> 0) + (b.umin32 >>> 0), (out.umax32 >>> 0) + (b.umax32 >>> 0));
  setSigned32(out, out.smin32 + b.smin32, out.smax32 + b.smax32);
}

export function subtract(out: Register, b: Register): void {
  const minHigh = differenceHigh(out.uminHigh, out.uminLow, b.umaxHigh, b.umaxLow);
  const minLow = (out.uminLow - b.umaxLow) | 0;
  const maxHigh = differenceHigh(out.umaxHigh, out.umaxLow, b.uminHigh, b.uminLow);
  const maxLow = (out.umaxLow - b.uminLow) | 0;
  const minWraps = below(out.uminHigh, out.uminLow, b.umaxHigh, b.umaxLow);
  const maxWraps = below(out.umaxHigh, out.umaxLow, b.uminHigh, b.uminLow);
  subtractSigned(out, b);
  if (minWraps === maxWraps) {
    out.uminHigh = minHigh;
    out.uminLow = minLow;
    out.umaxHigh = maxHigh;
    out.umaxLow = maxLow;
  } else forgetUnsigned(out);
  subtract32Ranges(out, b);
  tristateSubtract(out, b);
}

function subtractSigned(out: Register, b: Register): void {
  const minHigh = differenceHigh(out.sminHigh, out.sminLow, b.smaxHigh, b.smaxLow);
  const minLow = (out.sminLow - b.smaxLow) | 0;
  const maxHigh = differenceHigh(out.smaxHigh, out.smaxLow, b.sminHigh, b.sminLow);
  const maxLow = (out.smaxLow - b.sminLow) | 0;
  const minWraps = signedSumWrap(out.sminHigh, ~b.smaxHigh, minHigh);
  const maxWraps = signedSumWrap(out.smaxHigh, ~b.sminHigh, maxHigh);
  if (minWraps !== maxWraps) {
    forgetSigned(out);
    return;
  }
  out.sminHigh = minHigh;
  out.sminLow = minLow;
  out.smaxHigh = maxHigh;
  out.smaxLow = maxLow;
}

function subtract32Ranges(out: Register, b: Register): void {
  setUnsigned32(out, (out.umin32 >>> 0) - (b.umax32 >>> 0), (out.umax32 >>> 0) - (b.umin32 >>> 0));
  setSigned32(out, out.smin32 - b.smax32, out.smax32 - b.smin32);
}

export function multiply(out: Register, b: Register): void {
  multiplySigned(out, b);
  if (productOverflows(out.umaxHigh, out.umaxLow, b.umaxHigh, b.umaxLow)) forgetUnsigned(out);
  else {
    const minLow = Math.imul(out.uminLow, b.uminLow);
    out.uminHigh = productHigh(out.uminHigh, out.uminLow, b.uminHigh, b.uminLow);
    out.uminLow = minLow;
    const maxLow = Math.imul(out.umaxLow, b.umaxLow);
    out.umaxHigh = productHigh(out.umaxHigh, out.umaxLow, b.umaxHigh, b.umaxLow);
    out.umaxLow = maxLow;
  }
  multiply32Ranges(out, b);
  tristateMultiply(out, b);
}

/** Halves of the product that {@link signedProduct} found last. */
let foundHigh = 0;
let foundLow = 0;

/** Multiplies signed numbers into `foundHigh` and `foundLow`; false where the product does not fit 64 bits. */
function signedProduct(aHigh: number, aLow: number, bHigh: number, bLow: number): boolean {
  const upper = aHigh < 0 ? differenceHigh(0, 0, aHigh, aLow) : aHigh;
  const lower = aHigh < 0 ? -aLow | 0 : aLow;
  const otherUpper = bHigh < 0 ? differenceHigh(0, 0, bHigh, bLow) : bHigh;
  const otherLower = bHigh < 0 ? -bLow | 0 : bLow;
  if (productOverflows(upper, lower, otherUpper, otherLower)) return false;
  const high = productHigh(upper, lower, otherUpper, otherLower);
  const low = Math.imul(lower, otherLower);
  const negative = aHigh < 0 !== bHigh < 0;
  foundHigh = negative ? differenceHigh(0, 0, high, low) : high;
  foundLow = negative ? -low | 0 : low;
  // A magnitude of 2^63 fits only with a minus.
  return high >= 0 || (negative && high === SIGN && low === 0);
}

/** The ends of the range are among the products of the ends. */
function multiplySigned(out: Register, b: Register): void {
  const { sminHigh, sminLow, smaxHigh, smaxLow } = out;
  out.sminHigh = 0x7fffffff;
  out.sminLow = -1;
  out.smaxHigh = SIGN;
  out.smaxLow = 0;
  const fits =
    takeProduct(out, sminHigh, sminLow, b.sminHigh, b.sminLow) &&
    takeProduct(out, sminHigh, sminLow, b.smaxHigh, b.smaxLow) &&
    takeProduct(out, smaxHigh, smaxLow, b.sminHigh, b.sminLow) &&
    takeProduct(out, smaxHigh, smaxLow, b.smaxHigh, b.smaxLow);
  if (!fits) forgetSigned(out);
}

/** Widens the signed range of `out` by a product; false where it does not fit. */
function takeProduct(out: Register, aHigh: number, aLow: number, bHigh: number, bLow: number): boolean {
  if (!signedProduct(aHigh, aLow, bHigh, bLow)) return false;
  if (less(foundHigh, foundLow, out.sminHigh, out.sminLow)) {
    out.sminHigh = foundHigh;
    out.sminLow = foundLow;
  }
  if (less(out.smaxHigh, out.smaxLow, foundHigh, foundLow)) {
    out.smaxHigh = foundHigh;
    out.smaxLow = foundLow;
  }
  return true;
}

function multiply32Ranges(out: Register, b: Register): void {
  const largest = (out.umax32 >>> 0) * (b.umax32 >>> 0);
  if (largest > 0xffffffff) forgetUnsigned32(out);
  else {
    out.umin32 = Math.imul(out.umin32, b.umin32);
    out.umax32 = Math.imul(out.umax32, b.umax32);
  }
  const one = out.smin32 * b.smin32;
  const two = out.smin32 * b.smax32;
  const three = out.smax32 * b.smin32;
  const four = out.smax32 * b.smax32;
  const min = Math.min(one, two, three, four);
  const max = Math.max(one, two, three, four);
  if (min < -0x80000000 || max > 0x7fffffff) forgetSigned32(out);
  else {
    out.smin32 = min | 0;
    out.smax32 = max | 0;
  }
}

function lowerOf(out: Register, b: Register): void {
  if (below(b.umaxHigh, b.umaxLow, out.umaxHigh, out.umaxLow)) {
    out.umaxHigh = b.umaxHigh;
    out.umaxLow = b.umaxLow;
  }
  if (b.umax32 >>> 0 < out.umax32 >>> 0) out.umax32 = b.umax32;
}

export function and(out: Register, b: Register): void {
  tristateAnd(out, b);
  forgetSigned(out);
  forgetSigned32(out);
  lowerOf(out, b);
  out.uminHigh = out.valueHigh;
  out.uminLow = out.umin32 = out.valueLow;
}

export function or(out: Register, b: Register): void {
  tristateOr(out, b);
  forgetSigned(out);
  forgetSigned32(out);
  if (below(out.uminHigh, out.uminLow, b.uminHigh, b.uminLow)) {
    out.uminHigh = b.uminHigh;
    out.uminLow = b.uminLow;
  }
  if (out.umin32 >>> 0 < b.umin32 >>> 0) out.umin32 = b.umin32;
  out.umaxHigh = out.valueHigh | out.maskHigh;
  out.umaxLow = out.umax32 = out.valueLow | out.maskLow;
}

export function xor(out: Register, b: Register): void {
  tristateXor(out, b);
  forgetSigned(out);
  forgetSigned32(out);
  forgetUnsigned(out);
  forgetUnsigned32(out);
}

/** Count below 64. */
export function shiftLeft(out: Register, count: number): void {
  shiftLeftSigned(out, count);
  if (
    rightHigh(out.umaxHigh, 64 - count) !== 0 ||
    (count > 0 && rightLow(out.umaxHigh, out.umaxLow, 64 - count) !== 0)
  ) {
    forgetUnsigned(out);
  } else {
    out.uminHigh = leftHigh(out.uminHigh, out.uminLow, count);
    out.uminLow = leftLow(out.uminLow, count);
    out.umaxHigh = leftHigh(out.umaxHigh, out.umaxLow, count);
    out.umaxLow = leftLow(out.umaxLow, count);
  }
  if (count < 32) shiftLeft32Ranges(out, count);
  else {
    out.umin32 = out.umax32 = 0;
    out.smin32 = out.smax32 = 0;
  }
  tristateLeft(out, count);
}

/** By 32 the low half becomes the upper one: its signed range is the range. */
function shiftLeftSigned(out: Register, count: number): void {
  const { smin32, smax32 } = out;
  forgetSigned(out);
  if (count !== 32) return;
  out.sminHigh = smin32;
  out.smaxHigh = smax32;
  out.smaxLow = 0;
}

function shiftLeft32Ranges(out: Register, count: number): void {
  forgetSigned32(out);
  if (count > 0 && out.umax32 >>> (32 - count) !== 0) forgetUnsigned32(out);
  else {
    out.umin32 <<= count;
    out.umax32 <<= count;
  }
}

/** Count below 64. */
export function shiftRight(out: Register, count: number): void {
  forgetSigned(out);
  forgetSigned32(out);
  forgetUnsigned32(out);
  out.uminLow = rightLow(out.uminHigh, out.uminLow, count);
  out.uminHigh = rightHigh(out.uminHigh, count);
  out.umaxLow = rightLow(out.umaxHigh, out.umaxLow, count);
  out.umaxHigh = rightHigh(out.umaxHigh, count);
  tristateRight(out, count);
}

/** Count below 64. */
export function shiftRightSigned(out: Register, count: number): void {
  forgetUnsigned(out);
  forgetSigned32(out);
  forgetUnsigned32(out);
  out.sminLow = signedRightLow(out.sminHigh, out.sminLow, count);
  out.sminHigh = signedRightHigh(out.sminHigh, count);
  out.smaxLow = signedRightLow(out.smaxHigh, out.smaxLow, count);
  out.smaxHigh = signedRightHigh(out.smaxHigh, count);
  tristateSignedRight(out, count);
}

/** A number whose upper half is 0 and whose low half stays as it is; bits of the upper half are forgotten. */
export function zeroExtend(out: Register): void {
  out.valueHigh = out.maskHigh = 0;
  out.uminHigh = out.umaxHigh = out.sminHigh = out.smaxHigh = 0;
  out.uminLow = out.sminLow = out.umin32;
  out.umaxLow = out.smaxLow = out.umax32;
}

export function add32(out: Register, b: Register): void {
  add32Ranges(out, b);
  tristateAdd(out, b);
}

export function subtract32(out: Register, b: Register): void {
  subtract32Ranges(out, b);
  tristateSubtract(out, b);
}

export function multiply32(out: Register, b: Register): void {
  multiply32Ranges(out, b);
  tristateMultiply(out, b);
}

/** Count below 32. */
export function shiftLeft32(out: Register, count: number): void {
  shiftLeft32Ranges(out, count);
  tristateLeft(out, count);
}

/** Count below 32. */
export function shiftRight32(out: Register, count: number): void {
  forgetSigned32(out);
  out.umin32 = (out.umin32 >>> count) | 0;
  out.umax32 = (out.umax32 >>> count) | 0;
  out.valueLow = (out.valueLow >>> count) | 0;
  out.maskLow = (out.maskLow >>> count) | 0;
}

/** Count below 32. */
export function shiftRightSigned32(out: Register, count: number): void {
  forgetUnsigned32(out);
  out.smin32 >>= count;
  out.smax32 >>= count;
  out.valueLow >>= count;
  out.maskLow >>= count;
}

/** -out, as 0 - out. */
export function negate(out: Register): void {
  const b = out.copy();
  setConstant(out, 0, 0);
  subtract(out, b);
}

export function negate32(out: Register): void {
  const b = out.copy();
  setConstant(out, 0, 0);
  subtract32(out, b);
}
