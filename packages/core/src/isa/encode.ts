import { type Instruction, SLOT_SIZE, slotsOf } from './instruction.ts';

/** Encodes instructions into little-endian bytecode; the inverse of `decode` (holes are passed over). */
export function encode(instructions: Iterable<Instruction | undefined>): Uint8Array {
  const list = Array.from(instructions).filter((instruction) => instruction !== undefined);
  const slots = list.reduce((sum, instruction) => sum + slotsOf(instruction), 0);
  const code = new Uint8Array(slots * SLOT_SIZE);
  const view = new DataView(code.buffer);
  let at = 0;
  for (const instruction of list) {
    view.setUint8(at, instruction.opcode);
    view.setUint8(at + 1, (instruction.src << 4) | instruction.dst);
    view.setInt16(at + 2, instruction.offset, true);
    view.setInt32(at + 4, instruction.imm, true);
    if (instruction.immHigh !== undefined) view.setInt32(at + SLOT_SIZE + 4, instruction.immHigh, true);
    at += slotsOf(instruction) * SLOT_SIZE;
  }
  return code;
}
