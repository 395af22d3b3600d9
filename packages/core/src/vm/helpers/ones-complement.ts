/**
 * The arithmetic of the Internet checksum (RFC 1071) on 32-bit partial sums, as numbers from 0 to 2^32-1. Words are
 * little-endian as they are loaded from memory: the sum does not depend on byte order except for where its bytes stand.
 */

/** Sum with end-around carry. */
export function add32(a: number, b: number): number {
  const sum = a + b;
  return sum > 0xffff_ffff ? sum - 0xffff_ffff : sum;
}

/** `a` minus `b`. */
export function subtract32(a: number, b: number): number {
  return add32(a, ~b >>> 0);
}

/** Partial sum of bytes on top of `seed`; bytes that fill no word are padded with zeroes. */
export function sum32(bytes: Uint8Array, seed: number): number {
  let sum = seed;
  for (let at = 0; at < bytes.length; at += 4) {
    const word =
      (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
    sum = add32(sum, word >>> 0);
  }
  return sum;
}

/** A 32-bit sum as 16 bits, not complemented. */
export function fold16(sum: number): number {
  const once = (sum & 0xffff) + (sum >>> 16);
  return (once & 0xffff) + (once >>> 16);
}

/** A 32-bit sum as a checksum: folded and complemented. */
export function checksumOf(sum: number): number {
  return ~fold16(sum) & 0xffff;
}
