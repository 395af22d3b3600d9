/**
 * Operation numbers of pre-decoded instructions. Where the opcode byte of RFC 9669 alone says what to do it is the
 * number; what the RFC tells apart by other fields has a number from 0x100 on. The numbers are dense enough that the
 * interpreter's switch becomes one jump table, for which its labels must be literals.
 *
 * An instruction takes {@link WORDS} words:
 *
 *     word 0                    word 1            word 2                 word 3
 *     +-----------+-----------+-----------------+----------------------+---------------------+
 *     | operation | 2 * dst   | 2 * src or imm  | memory offset, or    | operation of an     |
 *     | bits 0-15 | bits 16-31|                 | words to jump over   | atomic instruction  |
 *     +-----------+-----------+-----------------+----------------------+---------------------+
 */
export const WORDS = 4;

export const Operation = {
  DIVIDE_SIGNED_K: 0x100,
  DIVIDE_SIGNED_X: 0x101,
  MODULO_SIGNED_K: 0x102,
  MODULO_SIGNED_X: 0x103,
  DIVIDE_SIGNED_32_K: 0x104,
  DIVIDE_SIGNED_32_X: 0x105,
  MODULO_SIGNED_32_K: 0x106,
  MODULO_SIGNED_32_X: 0x107,
  MOVE_8: 0x108,
  MOVE_16: 0x109,
  MOVE_32: 0x10a,
  MOVE_8_32: 0x10b,
  MOVE_16_32: 0x10c,
  LITTLE_16: 0x10d,
  LITTLE_32: 0x10e,
  NOTHING: 0x10f,
  SWAP_16: 0x110,
  SWAP_32: 0x111,
  SWAP_64: 0x112,
  CALL_LOCAL: 0x113,
  TAIL_CALL: 0x114,
  /** Behind the last instruction. */
  END: 0x115,
} as const;
