import type { u32 } from '../integers.ts';

/** The low 32 bits of a product, unsigned (JavaScript's `Math.imul` is signed). */
export function imul(a: number, b: number): u32 {
  return Math.imul(a, b) >>> 0;
}
