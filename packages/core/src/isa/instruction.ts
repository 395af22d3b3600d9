/**
 * One decoded instruction (RFC 9669, section 3). Bytecode itself is a `Uint8Array` of 8-byte slots, and everything
 * that names an instruction (jump offsets, line info, faults) counts slots, as the kernel does.
 *
 *      8 bits   4    4     16 bits     32 bits
 *     +--------+----+----+-----------+-------------------+
 *     | opcode |dst |src | offset    | imm               |   little-endian hosts put dst in the low half
 *     +--------+----+----+-----------+-------------------+
 *     | 0                            | imm, upper half   |   second slot of a 64-bit immediate load only
 *     +------------------------------+-------------------+
 */
export interface Instruction {
  /** 0..255. */
  readonly opcode: number;
  /** 0..15; only 0..10 are registers. */
  readonly dst: number;
  /** 0..15; a register, or a kind of immediate or call. */
  readonly src: number;
  /** Signed 16 bits. */
  readonly offset: number;
  /** Signed 32 bits. */
  readonly imm: number;
  /** Upper half of a 64-bit immediate, signed 32 bits; only on {@link LDDW}, which takes two slots. */
  readonly immHigh?: number;
}

/** Bytes of one slot. */
export const SLOT_SIZE = 8;

/** Registers: r0..r9 and the frame pointer r10 (RFC 9669, section 2). */
export const FRAME_POINTER = 10;

/** Slots an instruction takes: 2 for the 64-bit immediate load, else 1. */
export function slotsOf(instruction: Instruction): 1 | 2 {
  return instruction.immHigh === undefined ? 1 : 2;
}
