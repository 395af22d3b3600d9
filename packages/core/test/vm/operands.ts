/** 64-bit operands at the edges of what the interpreter treats apart: signs, halves, 2^53, powers of two. */
export const operands: readonly bigint[] = [
  0n,
  1n,
  2n,
  7n,
  31n,
  32n,
  63n,
  64n,
  0x7fff_ffffn,
  0x8000_0000n,
  0xffff_ffffn,
  0x1_0000_0000n,
  0x1f_ffff_ffff_ffffn,
  0x20_0000_0000_0000n,
  0x1234_5678_9abc_def0n,
  0x7fff_ffff_ffff_ffffn,
  0x8000_0000_0000_0000n,
  0x8000_0000_8000_0000n,
  0xdead_beef_0000_0001n,
  0xffff_ffff_8000_0000n,
  0xffff_ffff_ffff_fff9n,
  0xffff_ffff_ffff_ffffn,
];

/** 32-bit immediates likewise. */
export const immediates: readonly number[] = [0, 1, 2, 7, 31, 0x7fff_ffff, -0x8000_0000, -7, -1];

/** As a fixed-width hexadecimal number. */
export function hex(value: bigint): string {
  return `0x${BigInt.asUintN(64, value).toString(16)}`;
}
