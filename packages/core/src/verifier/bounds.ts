import { copyNumber, type Register } from './register.ts';
import { tristateMeet, tristateMeetRange, tristateMeetRange32 } from './tristate.ts';
import { below, less } from './words.ts';

const SIGN = -0x80000000;

/** Takes over an unsigned lower bound where it is higher. */
export function raiseUnsigned(out: Register, high: number, low: number): void {
  if (!below(out.uminHigh, out.uminLow, high, low)) return;
  out.uminHigh = high;
  out.uminLow = low;
}

/** Takes over an unsigned upper bound where it is lower. */
export function lowerUnsigned(out: Register, high: number, low: number): void {
  if (!below(high, low, out.umaxHigh, out.umaxLow)) return;
  out.umaxHigh = high;
  out.umaxLow = low;
}

/** Takes over a signed lower bound where it is higher. */
export function raiseSigned(out: Register, high: number, low: number): void {
  if (!less(out.sminHigh, out.sminLow, high, low)) return;
  out.sminHigh = high;
  out.sminLow = low;
}

/** Takes over a signed upper bound where it is lower. */
export function lowerSigned(out: Register, high: number, low: number): void {
  if (!less(high, low, out.smaxHigh, out.smaxLow)) return;
  out.smaxHigh = high;
  out.smaxLow = low;
}

/** Takes over an unsigned range of the low half where it is narrower. */
export function narrowUnsigned32(out: Register, min: number, max: number): void {
  if (out.umin32 >>> 0 < min >>> 0) out.umin32 = min | 0;
  if (max >>> 0 < out.umax32 >>> 0) out.umax32 = max | 0;
}

/** Takes over a signed range of the low half where it is narrower. */
export function narrowSigned32(out: Register, min: number, max: number): void {
  if (out.smin32 < min) out.smin32 = min;
  if (max < out.smax32) out.smax32 = max;
}

/** The least and the greatest number that the known bits allow bound every range. */
function rangesFromBits(out: Register): void {
  const { valueHigh, valueLow, maskHigh, maskLow } = out;
  raiseUnsigned(out, valueHigh, valueLow);
  lowerUnsigned(out, valueHigh | maskHigh, valueLow | maskLow);
  raiseSigned(out, valueHigh | (maskHigh & SIGN), valueLow);
  lowerSigned(out, valueHigh | (maskHigh & ~SIGN), valueLow | maskLow);
  narrowUnsigned32(out, valueLow, valueLow | maskLow);
  narrowSigned32(out, valueLow | (maskLow & SIGN), valueLow | (maskLow & ~SIGN));
}

/** Ranges of the low half from those of the whole: where the upper halves of both ends are one, the ends bound it. */
function narrowFromWhole(out: Register): void {
  if (out.uminHigh === out.umaxHigh) {
    narrowUnsigned32(out, out.uminLow, out.umaxLow);
    if (out.uminLow <= out.umaxLow) narrowSigned32(out, out.uminLow, out.umaxLow);
  }
  if (out.sminHigh === out.smaxHigh) {
    if (out.sminLow >>> 0 <= out.smaxLow >>> 0) narrowUnsigned32(out, out.sminLow, out.smaxLow);
    if (out.sminLow <= out.smaxLow) narrowSigned32(out, out.sminLow, out.smaxLow);
  }
  // Ends on both sides of a multiple of 2^32, such as -3..5: the low half is a signed range.
  if (((out.sminHigh + 1) | 0) === out.smaxHigh && out.sminLow < 0 && out.smaxLow >= 0) {
    narrowSigned32(out, out.sminLow, out.smaxLow);
  }
  if (((out.uminHigh + 1) | 0) === out.umaxHigh && out.uminLow < 0 && out.umaxLow >= 0) {
    narrowSigned32(out, out.uminLow, out.umaxLow);
  }
}

/** Signed from unsigned range of the low half and the other way round. */
function cross32(out: Register): void {
  if (out.umin32 <= out.umax32) narrowSigned32(out, out.umin32, out.umax32);
  if (out.smin32 >>> 0 <= out.smax32 >>> 0) {
    narrowUnsigned32(out, out.smin32, out.smax32);
    return;
  }
  // The signed range is two unsigned ones, at either end; the unsigned range may meet only one of them.
  if (out.umax32 >>> 0 < out.smin32 >>> 0) {
    narrowSigned32(out, 0, out.smax32);
    narrowUnsigned32(out, 0, out.smax32);
  } else if (out.smax32 >>> 0 < out.umin32 >>> 0) {
    narrowSigned32(out, out.smin32, -1);
    narrowUnsigned32(out, out.smin32, -1);
  }
}

/** Signed from unsigned range of the whole and the other way round. */
function cross64(out: Register): void {
  if (!less(out.umaxHigh, out.umaxLow, out.uminHigh, out.uminLow)) {
    raiseSigned(out, out.uminHigh, out.uminLow);
    lowerSigned(out, out.umaxHigh, out.umaxLow);
  }
  if (!below(out.smaxHigh, out.smaxLow, out.sminHigh, out.sminLow)) {
    raiseUnsigned(out, out.sminHigh, out.sminLow);
    lowerUnsigned(out, out.smaxHigh, out.smaxLow);
    return;
  }
  if (below(out.umaxHigh, out.umaxLow, out.sminHigh, out.sminLow)) {
    raiseSigned(out, 0, 0);
    lowerUnsigned(out, out.smaxHigh, out.smaxLow);
  } else if (below(out.smaxHigh, out.smaxLow, out.uminHigh, out.uminLow)) {
    lowerSigned(out, -1, -1);
    raiseUnsigned(out, out.sminHigh, out.sminLow);
  }
}

/** Ranges of the whole from those of the low half. */
function narrowFromLow(out: Register): void {
  raiseUnsigned(out, out.uminHigh, out.umin32);
  lowerUnsigned(out, out.umaxHigh, out.umax32);
  raiseSigned(out, out.sminHigh, out.umin32);
  lowerSigned(out, out.smaxHigh, out.umax32);
  // A number that fits a signed 32-bit one is its low half.
  const fits = out.sminHigh >= -1 && out.smaxHigh <= 0;
  if (!fits || less(out.sminHigh, out.sminLow, -1, SIGN) || less(0, 0x7fffffff, out.smaxHigh, out.smaxLow)) return;
  raiseSigned(out, out.smin32 >> 31, out.smin32);
  lowerSigned(out, out.smax32 >> 31, out.smax32);
}

function deduce(out: Register): void {
  narrowFromWhole(out);
  cross32(out);
  cross64(out);
  narrowFromLow(out);
}

/** Lets each of the bounds narrow the others, so that they agree with each other. */
export function synchronize(out: Register): void {
  rangesFromBits(out);
  deduce(out);
  deduce(out);
  deduce(out);
  tristateMeetRange(out, out.uminHigh, out.uminLow, out.umaxHigh, out.umaxLow);
  tristateMeetRange32(out, out.umin32, out.umax32);
  rangesFromBits(out);
}

/** True where no number meets all bounds: what led here cannot happen. */
export function isContradiction(out: Register): boolean {
  return (
    below(out.umaxHigh, out.umaxLow, out.uminHigh, out.uminLow) ||
    less(out.smaxHigh, out.smaxLow, out.sminHigh, out.sminLow) ||
    out.umax32 >>> 0 < out.umin32 >>> 0 ||
    out.smax32 < out.smin32
  );
}

/** What is known of `out` and `b` alike: both are the same number. */
export function meet(out: Register, b: Register): void {
  tristateMeet(out, b.valueHigh, b.valueLow, b.maskHigh, b.maskLow);
  raiseUnsigned(out, b.uminHigh, b.uminLow);
  lowerUnsigned(out, b.umaxHigh, b.umaxLow);
  raiseSigned(out, b.sminHigh, b.sminLow);
  lowerSigned(out, b.smaxHigh, b.smaxLow);
  narrowUnsigned32(out, b.umin32, b.umax32);
  narrowSigned32(out, b.smin32, b.smax32);
}

/** Makes both the number that they have in common. */
export function equate(a: Register, b: Register): void {
  meet(a, b);
  copyNumber(b, a);
}
