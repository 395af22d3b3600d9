import { SkepError } from '@skep/core/base';
import { isAluClass } from '@skep/core/isa';
import type { StackSlot } from '../ir/index.ts';
import type { MachineCode } from './machine.ts';

/** Bytes of stack that one function may use; with those of its callers that is also the bound of the whole chain. */
export const MAX_STACK = 512;

/** Alignment of a slot in the frame: wide enough for the widest access that its size allows. */
export function slotAlign({ size, align }: StackSlot): 1 | 2 | 4 | 8 {
  const natural = size >= 8 ? 8 : size >= 4 ? 4 : size >= 2 ? 2 : 1;
  return natural > align ? natural : align;
}

/**
 * Gives the slots that the code names their places below the frame pointer, and writes these into the instructions.
 * Gives the size of the frame.
 * @throws SKEP_COMPILE where the frame is larger than 512 bytes.
 */
export function layOutFrame(code: MachineCode): number {
  const slots = new Set<StackSlot>();
  for (const block of code.blocks) {
    for (const { slot } of block.instructions) if (slot !== undefined) slots.add(slot);
  }
  const places = new Map<StackSlot, number>();
  let size = 0;
  for (const slot of [...slots].sort((a, b) => slotAlign(b) - slotAlign(a))) {
    const align = slotAlign(slot);
    size = Math.ceil((size + slot.size) / align) * align;
    places.set(slot, -size);
  }
  if (size > MAX_STACK) throw tooLarge(code.name, size, [...slots]);
  for (const block of code.blocks) {
    for (const instruction of block.instructions) {
      const at = instruction.slot === undefined ? 0 : (places.get(instruction.slot) ?? 0);
      if (isAluClass(instruction.opcode)) instruction.imm += at;
      else instruction.offset += at;
    }
  }
  return size;
}

function tooLarge(name: string, size: number, slots: readonly StackSlot[]): SkepError {
  const largest = [...slots].sort((a, b) => b.size - a.size)[0];
  return new SkepError('SKEP_COMPILE', `function ${name} needs ${size} bytes of stack`, {
    reason: `a frame has ${MAX_STACK} bytes${largest === undefined ? '' : `; ${largest.name} takes ${largest.size} of them`}`,
    remedy: 'keep large values in a map, such as an entry of a per-CPU array',
  });
}
