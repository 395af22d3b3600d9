import { CALL } from '@skep/core/isa';
import { instructionText, Names } from './instruction-text.ts';
import type { MachineBlock, MachineCode, MachineInstruction } from './machine.ts';

/**
 * Lets the uses of one constant or address in a block share it, up to the next call. What is made is made by one
 * instruction or two, and the registers are those that {@link MachineCode.constants} lists.
 */
export function shareConstants(code: MachineCode): void {
  const names = new Names();
  const renamed = new Map<number, number>();
  for (const block of code.blocks) shareIn(code, block, names, renamed);
  if (renamed.size === 0) return;
  for (const { instructions, end } of code.blocks) {
    for (const instruction of instructions) rename(instruction, renamed);
    if (end.kind === 'branch') rename(end.test, renamed);
  }
}

function shareIn(code: MachineCode, block: MachineBlock, names: Names, renamed: Map<number, number>): void {
  const made = new Map<string, number>();
  const dropped = new Set<MachineInstruction>();
  for (const instruction of block.instructions) {
    if (instruction.opcode === CALL) made.clear();
    const own = code.constants.get(instruction.dst);
    if (own === undefined || own[0] !== instruction) continue;
    const key = own.map((part) => instructionText({ ...part, dst: 0 }, names)).join(';');
    const known = made.get(key);
    if (known === undefined) made.set(key, instruction.dst);
    else {
      renamed.set(instruction.dst, known);
      for (const part of own) dropped.add(part);
      code.constants.delete(instruction.dst);
    }
  }
  if (dropped.size > 0) block.instructions = block.instructions.filter((instruction) => !dropped.has(instruction));
}

function rename(instruction: MachineInstruction, renamed: ReadonlyMap<number, number>): void {
  instruction.dst = renamed.get(instruction.dst) ?? instruction.dst;
  instruction.src = renamed.get(instruction.src) ?? instruction.src;
}
