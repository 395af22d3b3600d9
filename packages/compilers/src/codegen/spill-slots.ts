import { Class, classOf } from '@skep/core/isa';
import type { StackSlot } from '../ir/index.ts';
import { type MachineBlock, type MachineCode, type MachineInstruction, machineSuccessors } from './machine.ts';

type LiveSlots = ReadonlyMap<MachineBlock, Set<StackSlot>>;

/**
 * Lets spilled registers that are not needed at one time share a place on the stack, and drops stores that nothing
 * reads. Slots of spilled registers are only ever stored and loaded as a whole.
 */
export function shareSpillSlots(code: MachineCode): void {
  if (code.spills.size === 0) return;
  const liveOut = findLiveSlots(code);
  const conflicts = new Map<StackSlot, Set<StackSlot>>();
  for (const slot of code.spills) conflicts.set(slot, new Set());
  for (const block of code.blocks) visitBlock(code, block, liveOut, conflicts);
  const places = new Map<StackSlot, StackSlot>();
  for (const [slot, others] of conflicts) {
    const taken = new Set([...others].map((other) => places.get(other)));
    places.set(slot, [...new Set(places.values())].find((place) => !taken.has(place)) ?? slot);
  }
  for (const block of code.blocks) {
    block.instructions = block.instructions.map((instruction) => {
      const place = instruction.slot === undefined ? undefined : places.get(instruction.slot);
      return place === undefined ? instruction : { ...instruction, slot: place };
    });
  }
}

function findLiveSlots(code: MachineCode): LiveSlots {
  const liveIn = new Map<MachineBlock, Set<StackSlot>>(code.blocks.map((block) => [block, new Set()]));
  const liveOut = new Map<MachineBlock, Set<StackSlot>>(code.blocks.map((block) => [block, new Set()]));
  for (let changed = true; changed; ) {
    changed = false;
    for (const block of [...code.blocks].reverse()) {
      const out = liveOut.get(block);
      for (const next of machineSuccessors(block)) for (const slot of liveIn.get(next) ?? []) out?.add(slot);
      const live = new Set(out);
      walk(code, block, live, () => undefined);
      if (live.size === liveIn.get(block)?.size) continue;
      liveIn.set(block, live);
      changed = true;
    }
  }
  return liveOut;
}

/** Goes through a block from its end, keeping `live` up to date; `store` is called in front of each store. */
function walk(
  { spills }: MachineCode,
  { instructions }: MachineBlock,
  live: Set<StackSlot>,
  store: (instruction: MachineInstruction, slot: StackSlot) => void,
): void {
  for (let index = instructions.length - 1; index >= 0; index -= 1) {
    const instruction = instructions[index];
    const slot = instruction?.slot;
    if (instruction === undefined || slot === undefined || !spills.has(slot)) continue;
    if (classOf(instruction.opcode) === Class.LDX) live.add(slot);
    else {
      store(instruction, slot);
      live.delete(slot);
    }
  }
}

function visitBlock(
  code: MachineCode,
  block: MachineBlock,
  liveOut: LiveSlots,
  conflicts: ReadonlyMap<StackSlot, Set<StackSlot>>,
): void {
  const live = new Set(liveOut.get(block));
  const dead = new Set<MachineInstruction>();
  walk(code, block, live, (instruction, slot) => {
    if (!live.has(slot)) dead.add(instruction);
    for (const other of live) {
      if (other === slot) continue;
      conflicts.get(slot)?.add(other);
      conflicts.get(other)?.add(slot);
    }
  });
  block.instructions = block.instructions.filter((instruction) => !dead.has(instruction));
}
