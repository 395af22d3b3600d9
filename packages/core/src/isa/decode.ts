import { SkepError } from '../base/errors.ts';
import { type Instruction, SLOT_SIZE } from './instruction.ts';
import { LDDW } from './opcode.ts';

/**
 * Decodes bytecode into one entry per slot; the second slot of a 64-bit immediate load is `undefined`.
 *
 * Only the shape is checked, not whether opcodes and registers exist: see `validate`.
 * @throws SKEP_BAD_INSTRUCTION where the length is no multiple of 8 or a 64-bit load lacks its second slot.
 */
export function decode(code: Uint8Array): (Instruction | undefined)[] {
  if (code.length % SLOT_SIZE !== 0) {
    throw new SkepError('SKEP_BAD_INSTRUCTION', `bytecode of ${code.length} bytes is cut inside an instruction`, {
      place: { instruction: Math.floor(code.length / SLOT_SIZE) },
      reason: 'every instruction takes 8 bytes',
    });
  }
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  const slots: (Instruction | undefined)[] = [];
  for (let at = 0; at < code.length; at += SLOT_SIZE) {
    const instruction = decodeSlot(view, at);
    slots.push(instruction);
    if (instruction.opcode === LDDW) {
      slots.push(undefined);
      at += SLOT_SIZE;
    }
  }
  return slots;
}

function decodeSlot(view: DataView, at: number): Instruction {
  const opcode = view.getUint8(at);
  const registers = view.getUint8(at + 1);
  const instruction: Instruction = {
    opcode,
    dst: registers & 15,
    src: registers >> 4,
    offset: view.getInt16(at + 2, true),
    imm: view.getInt32(at + 4, true),
  };
  if (opcode !== LDDW) return instruction;
  if (at + 2 * SLOT_SIZE > view.byteLength || view.getUint32(at + SLOT_SIZE, true) !== 0) {
    throw new SkepError('SKEP_BAD_INSTRUCTION', 'a 64-bit immediate load lacks its second slot', {
      place: { instruction: at / SLOT_SIZE },
      reason: 'the next slot must have opcode, registers and offset of zero (RFC 9669, section 5.4)',
    });
  }
  return { ...instruction, immHigh: view.getInt32(at + SLOT_SIZE + 4, true) };
}
