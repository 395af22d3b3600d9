/**
 * The 8-bit opcode (RFC 9669, section 3).
 *
 *     load and store        arithmetic and jump
 *     +---+----+-----+      +----+-+-----+
 *     |mod|size|class|      |code|s|class|
 *     +---+----+-----+      +----+-+-----+
 *      7-5 4-3  2-0          7-4  3  2-0
 */

/** Instruction class, bits 0-2 (RFC 9669, table 2). */
export const Class = { LD: 0, LDX: 1, ST: 2, STX: 3, ALU: 4, JMP: 5, JMP32: 6, ALU64: 7 } as const;

/** Size of a load or store, bits 3-4 (RFC 9669, table 11). */
export const Size = { W: 0x00, H: 0x08, B: 0x10, DW: 0x18 } as const;

/** Mode of a load or store, bits 5-7 (RFC 9669, table 10). */
export const Mode = { IMM: 0x00, ABS: 0x20, IND: 0x40, MEM: 0x60, MEMSX: 0x80, ATOMIC: 0xc0 } as const;

/** Source operand of arithmetic and jumps, bit 3: K is the immediate, X the source register. */
export const Source = { K: 0x00, X: 0x08 } as const;

/** Arithmetic operation, bits 4-7 (RFC 9669, table 5). */
export const Alu = {
  ADD: 0x00,
  SUB: 0x10,
  MUL: 0x20,
  DIV: 0x30,
  OR: 0x40,
  AND: 0x50,
  LSH: 0x60,
  RSH: 0x70,
  NEG: 0x80,
  MOD: 0x90,
  XOR: 0xa0,
  MOV: 0xb0,
  ARSH: 0xc0,
  END: 0xd0,
} as const;

/** Jump operation, bits 4-7 (RFC 9669, table 8). */
export const Jump = {
  JA: 0x00,
  JEQ: 0x10,
  JGT: 0x20,
  JGE: 0x30,
  JSET: 0x40,
  JNE: 0x50,
  JSGT: 0x60,
  JSGE: 0x70,
  CALL: 0x80,
  EXIT: 0x90,
  JLT: 0xa0,
  JLE: 0xb0,
  JSLT: 0xc0,
  JSLE: 0xd0,
  /** may_goto and other conditional pseudo-jumps (Linux 6.9; not in the RFC). */
  JCOND: 0xe0,
} as const;

/** Operation of an atomic instruction, in its immediate (RFC 9669, tables 12 and 13); the last two since Linux 6.15. */
export const Atomic = {
  ADD: 0x00,
  OR: 0x40,
  AND: 0x50,
  XOR: 0xa0,
  FETCH: 0x01,
  XCHG: 0xe1,
  CMPXCHG: 0xf1,
  LOAD_ACQ: 0x100,
  STORE_REL: 0x110,
} as const;

/** Source register of a 64-bit immediate load: what the immediate stands for (RFC 9669, table 12). */
export const LoadImmediate = {
  VALUE: 0,
  MAP_FD: 1,
  MAP_VALUE: 2,
  BTF_ID: 3,
  FUNC: 4,
  MAP_IDX: 5,
  MAP_IDX_VALUE: 6,
} as const;

/** Source register of a call: what the immediate stands for (RFC 9669, table 9). */
export const Call = { HELPER: 0, LOCAL: 1, KFUNC: 2 } as const;

/** Opcode of the two-slot 64-bit immediate load. */
export const LDDW = 0x18;
export const CALL = 0x85;
/** Call through a register (RFC 9669, callx group). */
export const CALLX = 0x8d;
export const EXIT = 0x95;

/** `opcode & 7`: one of {@link Class}. */
export function classOf(opcode: number): number {
  return opcode & 0x07;
}
/** Bytes a load or store moves: 1, 2, 4 or 8. */
export function accessSize(opcode: number): 1 | 2 | 4 | 8 {
  const size = opcode & 0x18;
  return size === Size.DW ? 8 : size === Size.W ? 4 : size === Size.H ? 2 : 1;
}
/** True for the two classes of jumps. */
export function isJumpClass(opcode: number): boolean {
  const instructionClass = opcode & 0x07;
  return instructionClass === Class.JMP || instructionClass === Class.JMP32;
}
/** True for the two classes of arithmetic. */
export function isAluClass(opcode: number): boolean {
  const instructionClass = opcode & 0x07;
  return instructionClass === Class.ALU || instructionClass === Class.ALU64;
}
