/**
 * 64-bit words as two int32 halves, high and low. Results that are pairs come as two functions or as halves, so that
 * nothing is allocated.
 */

/** a < b as unsigned numbers. */
export function below(aHigh: number, aLow: number, bHigh: number, bLow: number): boolean {
  return aHigh === bHigh ? aLow >>> 0 < bLow >>> 0 : aHigh >>> 0 < bHigh >>> 0;
}

/** a < b as signed numbers. */
export function less(aHigh: number, aLow: number, bHigh: number, bLow: number): boolean {
  return aHigh === bHigh ? aLow >>> 0 < bLow >>> 0 : aHigh < bHigh;
}

/** High half of a + b. */
export function sumHigh(aHigh: number, aLow: number, bHigh: number, bLow: number): number {
  const low = (aLow + bLow) | 0;
  return (aHigh + bHigh + (low >>> 0 < aLow >>> 0 ? 1 : 0)) | 0;
}

/** High half of a - b. */
export function differenceHigh(aHigh: number, aLow: number, bHigh: number, bLow: number): number {
  return (aHigh - bHigh - (aLow >>> 0 < bLow >>> 0 ? 1 : 0)) | 0;
}

/** High half of a << count, 0..63. */
export function leftHigh(high: number, low: number, count: number): number {
  if (count === 0) return high;
  return count < 32 ? (high << count) | (low >>> (32 - count)) : low << (count - 32);
}

/** Low half of a << count, 0..63. */
export function leftLow(low: number, count: number): number {
  return count < 32 ? low << count : 0;
}

/** High half of a >>> count, 0..63. */
export function rightHigh(high: number, count: number): number {
  return count < 32 ? (high >>> count) | 0 : 0;
}

/** Low half of a >>> count, 0..63. */
export function rightLow(high: number, low: number, count: number): number {
  if (count === 0) return low;
  return count < 32 ? (low >>> count) | (high << (32 - count)) : (high >>> (count - 32)) | 0;
}

/** High half of the signed a >> count, 0..63. */
export function signedRightHigh(high: number, count: number): number {
  return count < 32 ? high >> count : high >> 31;
}

/** Low half of the signed a >> count, 0..63. */
export function signedRightLow(high: number, low: number, count: number): number {
  if (count === 0) return low;
  return count < 32 ? (low >>> count) | (high << (32 - count)) : high >> (count - 32);
}

/** Upper half of the 64-bit product of two unsigned 32-bit numbers. */
export function upperProduct(a: number, b: number): number {
  const aTop = a >>> 16;
  const aRest = a & 0xffff;
  const bTop = b >>> 16;
  const bRest = b & 0xffff;
  const middle = aTop * bRest + ((aRest * bRest) >>> 16);
  const other = aRest * bTop + (middle & 0xffff);
  return (aTop * bTop + Math.floor(middle / 0x10000) + Math.floor(other / 0x10000)) | 0;
}

/** High half of the low 64 bits of a * b. */
export function productHigh(aHigh: number, aLow: number, bHigh: number, bLow: number): number {
  return (upperProduct(aLow, bLow) + Math.imul(aHigh, bLow) + Math.imul(aLow, bHigh)) | 0;
}

/** True where the product of two unsigned numbers does not fit 64 bits. */
export function productOverflows(aHigh: number, aLow: number, bHigh: number, bLow: number): boolean {
  if (aHigh !== 0 && bHigh !== 0) return true;
  const high = aHigh === 0 ? bHigh : aHigh;
  const low = aHigh === 0 ? bLow : aLow;
  const factor = aHigh === 0 ? aLow : bLow;
  if (upperProduct(high, factor) !== 0) return true;
  return (Math.imul(high, factor) >>> 0) + (upperProduct(low, factor) >>> 0) > 0xffffffff;
}

/** The unsigned number, for texts. */
export function toUnsigned(high: number, low: number): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

/** The signed number, for texts. */
export function toSigned(high: number, low: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low >>> 0);
}

/** Number of bits up to the highest that is set, 0..64. */
export function bitLength(high: number, low: number): number {
  return high === 0 ? 32 - Math.clz32(low) : 64 - Math.clz32(high);
}
