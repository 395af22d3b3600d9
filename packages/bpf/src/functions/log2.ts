import type { u32 } from '../integers.ts';

/** Position of the highest set bit, 0..63; 0 for 0. A negative number is taken as the 64 bits that it is stored in. */
export function log2(value: number | bigint): u32 {
  let rest = BigInt.asUintN(64, BigInt(value));
  if (rest < 0x1_0000_0000n) return Math.max(0, 31 - Math.clz32(Number(rest)));
  rest >>= 32n;
  return 63 - Math.clz32(Number(rest));
}
