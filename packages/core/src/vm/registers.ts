/**
 * Index of the low half of a register in the register file: twice its number. The high half stands behind it.
 *
 *     word    0       1       2       3            20      21
 *         +-------+-------+-------+-------+     +-------+-------+
 *         | r0 low| r0 hi | r1 low| r1 hi | ... |r10 low| r10 hi|
 *         +-------+-------+-------+-------+     +-------+-------+
 */
export type RegisterIndex = 0 | 2 | 4 | 6 | 8 | 10 | 12 | 14 | 16 | 18 | 20;

/** Halves of the registers as signed 32-bit numbers; what is stored is cut to 32 bits. */
export type RegisterHalves = { [index in RegisterIndex]: number };

/** Words in a register file: eleven registers of two halves. */
export const REGISTER_WORDS = 22;

/** Low and high halves of a register file as two views with the same index. */
export interface RegisterViews {
  readonly low: RegisterHalves;
  readonly high: RegisterHalves;
}

/** Views on `registers`, r0..r10 as pairs of halves, the low one first. */
export function registerViews(registers: Int32Array): RegisterViews {
  const low: unknown = registers;
  const high: unknown = new Int32Array(registers.buffer, registers.byteOffset + 4, REGISTER_WORDS - 1);
  return { low: low as RegisterHalves, high: high as RegisterHalves };
}

/** Value of register `number` as an unsigned 64-bit integer, for people. */
export function registerValue(registers: Int32Array, number: number): bigint {
  const low = BigInt((registers[2 * number] ?? 0) >>> 0);
  return (BigInt((registers[2 * number + 1] ?? 0) >>> 0) << 32n) | low;
}
