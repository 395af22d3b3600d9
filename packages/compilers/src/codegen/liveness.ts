import { CALL } from '@skep/core/isa';
import {
  definition,
  FIRST_SAVED,
  forEndUses,
  forUses,
  type MachineBlock,
  type MachineCode,
  type MachineInstruction,
  machineSuccessors,
} from './machine.ts';

/** Registers that are read later, at the end of each block. */
export type LiveOut = ReadonlyMap<MachineBlock, ReadonlySet<number>>;

/** Calls `visit` with each register that an instruction writes or loses. */
export function forDefinitions(instruction: MachineInstruction, visit: (register: number) => void): void {
  if (instruction.opcode === CALL) {
    for (let register = 0; register < FIRST_SAVED; register += 1) visit(register);
    return;
  }
  const register = definition(instruction);
  if (register >= 0) visit(register);
}

/** Finds what is live at the end of each block, by the usual backward iteration. */
export function findLiveOut({ blocks }: MachineCode): LiveOut {
  const liveIn = new Map<MachineBlock, Set<number>>();
  const liveOut = new Map<MachineBlock, Set<number>>();
  const effects = new Map(blocks.map((block) => [block, effectOf(block)]));
  for (const block of blocks) {
    liveIn.set(block, new Set(effects.get(block)?.reads));
    liveOut.set(block, new Set());
  }
  for (let changed = true; changed; ) {
    changed = false;
    for (let index = blocks.length - 1; index >= 0; index -= 1) {
      const block = blocks[index];
      if (block !== undefined && update(block, liveIn, liveOut, effects.get(block)?.writes)) changed = true;
    }
  }
  return liveOut;
}

function update(
  block: MachineBlock,
  liveIn: ReadonlyMap<MachineBlock, Set<number>>,
  liveOut: ReadonlyMap<MachineBlock, Set<number>>,
  writes: ReadonlySet<number> | undefined,
): boolean {
  const out = liveOut.get(block);
  const into = liveIn.get(block);
  if (out === undefined || into === undefined) return false;
  let changed = false;
  for (const successor of machineSuccessors(block)) {
    for (const register of liveIn.get(successor) ?? []) {
      if (out.has(register)) continue;
      out.add(register);
      if (writes?.has(register) === true || into.has(register)) continue;
      into.add(register);
      changed = true;
    }
  }
  return changed;
}

/** What a block reads before it writes it, and what it writes. */
function effectOf(block: MachineBlock): { reads: Set<number>; writes: Set<number> } {
  const reads = new Set<number>();
  const writes = new Set<number>();
  const read = (register: number): void => {
    if (!writes.has(register)) reads.add(register);
  };
  for (const instruction of block.instructions) {
    forUses(instruction, read);
    forDefinitions(instruction, (register) => writes.add(register));
  }
  forEndUses(block, read);
  return { reads, writes };
}

/** Calls `visit` with each instruction of a block, last first, and what is live behind it. */
export function walkBackward(
  block: MachineBlock,
  liveOut: LiveOut,
  visit: (instruction: MachineInstruction, live: ReadonlySet<number>, index: number) => void,
): Set<number> {
  const live = new Set(liveOut.get(block));
  forEndUses(block, (register) => live.add(register));
  for (let index = block.instructions.length - 1; index >= 0; index -= 1) {
    const instruction = block.instructions[index];
    if (instruction === undefined) continue;
    visit(instruction, live, index);
    forDefinitions(instruction, (register) => live.delete(register));
    forUses(instruction, (register) => live.add(register));
  }
  return live;
}
