/**
 * Tristate numbers: every bit is 0, 1 or unknown. Addition and subtraction follow H. Vishwanathan et al., "Sound,
 * Precise, and Fast Abstract Interpretation with Tristate Numbers" (CGO 2022): both are exact. The first operand is
 * the register that is written.
 */
import type { Register } from './register.ts';
import {
  below,
  bitLength,
  differenceHigh,
  leftHigh,
  leftLow,
  rightHigh,
  rightLow,
  signedRightHigh,
  signedRightLow,
  sumHigh,
} from './words.ts';

/** out += (value, mask). */
function addBits(out: Register, valueHigh: number, valueLow: number, maskHigh: number, maskLow: number): void {
  const sumOfValuesHigh = sumHigh(out.valueHigh, out.valueLow, valueHigh, valueLow);
  const sumOfValues = (out.valueLow + valueLow) | 0;
  const sumOfMasksHigh = sumHigh(out.maskHigh, out.maskLow, maskHigh, maskLow);
  const sumOfMasks = (out.maskLow + maskLow) | 0;
  const all = (sumOfValues + sumOfMasks) | 0;
  const allHigh = sumHigh(sumOfValuesHigh, sumOfValues, sumOfMasksHigh, sumOfMasks);
  out.maskHigh = (allHigh ^ sumOfValuesHigh) | out.maskHigh | maskHigh;
  out.maskLow = (all ^ sumOfValues) | out.maskLow | maskLow;
  out.valueHigh = sumOfValuesHigh & ~out.maskHigh;
  out.valueLow = sumOfValues & ~out.maskLow;
}

export function tristateAdd(out: Register, b: Register): void {
  addBits(out, b.valueHigh, b.valueLow, b.maskHigh, b.maskLow);
}

export function tristateSubtract(out: Register, b: Register): void {
  const valueHigh = differenceHigh(out.valueHigh, out.valueLow, b.valueHigh, b.valueLow);
  const valueLow = (out.valueLow - b.valueLow) | 0;
  const mostHigh = sumHigh(valueHigh, valueLow, out.maskHigh, out.maskLow);
  const mostLow = (valueLow + out.maskLow) | 0;
  const leastHigh = differenceHigh(valueHigh, valueLow, b.maskHigh, b.maskLow);
  const leastLow = (valueLow - b.maskLow) | 0;
  out.maskHigh = (mostHigh ^ leastHigh) | out.maskHigh | b.maskHigh;
  out.maskLow = (mostLow ^ leastLow) | out.maskLow | b.maskLow;
  out.valueHigh = valueHigh & ~out.maskHigh;
  out.valueLow = valueLow & ~out.maskLow;
}

/**
 * Long multiplication: the partial product of a set bit is added; of an unknown bit, the sum with it and the sum
 * without it are joined.
 */
export function tristateMultiply(out: Register, b: Register): void {
  const { valueHigh, valueLow, maskHigh, maskLow } = out;
  const bits = bitLength(valueHigh | maskHigh, valueLow | maskLow);
  out.valueHigh = out.valueLow = out.maskHigh = out.maskLow = 0;
  for (let bit = 0; bit < bits; bit++) {
    const set = (rightLow(valueHigh, valueLow, bit) & 1) === 1;
    if (!set && (rightLow(maskHigh, maskLow, bit) & 1) === 0) continue;
    const oldValueHigh = out.valueHigh;
    const oldValueLow = out.valueLow;
    const oldMaskHigh = out.maskHigh;
    const oldMaskLow = out.maskLow;
    addBits(
      out,
      leftHigh(b.valueHigh, b.valueLow, bit),
      leftLow(b.valueLow, bit),
      leftHigh(b.maskHigh, b.maskLow, bit),
      leftLow(b.maskLow, bit),
    );
    if (set) continue;
    out.maskHigh |= oldMaskHigh | (out.valueHigh ^ oldValueHigh);
    out.maskLow |= oldMaskLow | (out.valueLow ^ oldValueLow);
    out.valueHigh &= ~out.maskHigh;
    out.valueLow &= ~out.maskLow;
  }
}

export function tristateAnd(out: Register, b: Register): void {
  const valueHigh = out.valueHigh & b.valueHigh;
  const valueLow = out.valueLow & b.valueLow;
  out.maskHigh = (out.valueHigh | out.maskHigh) & (b.valueHigh | b.maskHigh) & ~valueHigh;
  out.maskLow = (out.valueLow | out.maskLow) & (b.valueLow | b.maskLow) & ~valueLow;
  out.valueHigh = valueHigh;
  out.valueLow = valueLow;
}

export function tristateOr(out: Register, b: Register): void {
  out.valueHigh |= b.valueHigh;
  out.valueLow |= b.valueLow;
  out.maskHigh = (out.maskHigh | b.maskHigh) & ~out.valueHigh;
  out.maskLow = (out.maskLow | b.maskLow) & ~out.valueLow;
}

export function tristateXor(out: Register, b: Register): void {
  out.maskHigh |= b.maskHigh;
  out.maskLow |= b.maskLow;
  out.valueHigh = (out.valueHigh ^ b.valueHigh) & ~out.maskHigh;
  out.valueLow = (out.valueLow ^ b.valueLow) & ~out.maskLow;
}

export function tristateLeft(out: Register, count: number): void {
  out.valueHigh = leftHigh(out.valueHigh, out.valueLow, count);
  out.valueLow = leftLow(out.valueLow, count);
  out.maskHigh = leftHigh(out.maskHigh, out.maskLow, count);
  out.maskLow = leftLow(out.maskLow, count);
}

export function tristateRight(out: Register, count: number): void {
  out.valueLow = rightLow(out.valueHigh, out.valueLow, count);
  out.valueHigh = rightHigh(out.valueHigh, count);
  out.maskLow = rightLow(out.maskHigh, out.maskLow, count);
  out.maskHigh = rightHigh(out.maskHigh, count);
}

/** Shift that repeats the sign, be it known or not. */
export function tristateSignedRight(out: Register, count: number): void {
  out.valueLow = signedRightLow(out.valueHigh, out.valueLow, count);
  out.valueHigh = signedRightHigh(out.valueHigh, count);
  out.maskLow = signedRightLow(out.maskHigh, out.maskLow, count);
  out.maskHigh = signedRightHigh(out.maskHigh, count);
}

/** What both tristate numbers allow; a bit on which they contradict each other becomes 1. */
export function tristateMeet(out: Register, vHigh: number, vLow: number, mHigh: number, mLow: number): void {
  out.maskHigh &= mHigh;
  out.maskLow &= mLow;
  out.valueHigh = (out.valueHigh | vHigh) & ~out.maskHigh;
  out.valueLow = (out.valueLow | vLow) & ~out.maskLow;
}

/** Bits that all numbers from `min` to `max` share are known. */
export function tristateMeetRange(
  out: Register,
  minHigh: number,
  minLow: number,
  maxHigh: number,
  maxLow: number,
): void {
  if (below(maxHigh, maxLow, minHigh, minLow)) return;
  const differHigh = minHigh ^ maxHigh;
  const differLow = minLow ^ maxLow;
  let maskHigh = 0;
  let maskLow = -1;
  if (differHigh !== 0) maskHigh = -1 >>> Math.clz32(differHigh);
  else maskLow = differLow === 0 ? 0 : -1 >>> Math.clz32(differLow);
  tristateMeet(out, minHigh & ~maskHigh, minLow & ~maskLow, maskHigh | 0, maskLow | 0);
}

/** {@link tristateMeetRange} of the low half. */
export function tristateMeetRange32(out: Register, min: number, max: number): void {
  if (max >>> 0 < min >>> 0) return;
  const differ = min ^ max;
  const mask = differ === 0 ? 0 : (-1 >>> Math.clz32(differ)) | 0;
  tristateMeet(out, 0, min & ~mask, -1, mask);
}
