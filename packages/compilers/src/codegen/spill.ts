import { CALL, FRAME_POINTER } from '@skep/core/isa';
import type { StackSlot } from '../ir/index.ts';
import {
  definition,
  forUses,
  type MachineBlock,
  type MachineCode,
  type MachineInstruction,
  machine,
  machineSuccessors,
} from './machine.ts';
import { loadOpcode, storeOpcode } from './select-memory.ts';

/** How a register is kept elsewhere. */
interface Home {
  /** Instructions that make the value again; absent where it lies in a slot. */
  readonly made?: readonly MachineInstruction[];
  readonly slot: StackSlot;
  /** Whether what was read once stays in a register up to the next call. */
  readonly shared: boolean;
}

/** Keeps registers on the stack, or makes their constants anew, so that they are in registers only where they are used. */
export class Spiller {
  readonly #code: MachineCode;
  /** Slots of what was spilled before, by the short registers that came of it. */
  readonly #slots = new Map<number, StackSlot>();
  /** Registers that cannot be shortened any more. */
  readonly #final = new Set<number>();

  constructor(code: MachineCode) {
    this.#code = code;
  }

  /** True for a register whose spilling would gain nothing. */
  isFinal(register: number): boolean {
    return this.#final.has(register);
  }
  /** Whether a register came from a spill. */
  isShort(register: number): boolean {
    return this.#slots.has(register);
  }

  spill(registers: readonly number[]): void {
    const homes = new Map(registers.map((register) => [register, this.#homeOf(register)]));
    const predecessors = new Map<MachineBlock, MachineBlock[]>();
    for (const block of this.#code.blocks) {
      for (const next of machineSuccessors(block)) predecessors.set(next, [...(predecessors.get(next) ?? []), block]);
    }
    const ends = new Map<MachineBlock, ReadonlyMap<number, number>>();
    for (const block of this.#code.blocks) {
      // What the only block before this one has in registers is still there.
      const [before, ...others] = predecessors.get(block) ?? [];
      const known = before === undefined || others.length > 0 ? undefined : ends.get(before);
      ends.set(block, this.#rewrite(block, homes, known ?? new Map()));
    }
  }

  #homeOf(register: number): Home {
    const made = this.#code.constants.get(register);
    const known = this.#slots.get(register);
    const slot = known ?? { name: 'spilled register', size: 8, align: 8 as const };
    if (made === undefined) this.#code.spills.add(slot);
    return { slot, shared: known === undefined, ...(made === undefined ? {} : { made }) };
  }

  /** Gives the spilled registers that are in a register at the end of the block. */
  #rewrite(
    block: MachineBlock,
    homes: ReadonlyMap<number, Home>,
    before: ReadonlyMap<number, number>,
  ): ReadonlyMap<number, number> {
    const output: MachineInstruction[] = [];
    const current = new Map(before);
    const short = (register: number, home: Home): number => {
      const fresh = this.#code.register();
      this.#slots.set(fresh, home.slot);
      if (!home.shared) this.#final.add(fresh);
      current.set(register, fresh);
      return fresh;
    };
    const reload = (register: number, home: Home, location: MachineInstruction['location']): number => {
      const known = current.get(register);
      if (known !== undefined) return known;
      const fresh = short(register, home);
      if (home.made !== undefined) {
        const made = home.made.map((instruction) => ({ ...instruction, dst: fresh, location }));
        this.#code.constants.set(fresh, made);
        output.push(...made);
      } else {
        const parts = { dst: fresh, src: FRAME_POINTER, slot: home.slot };
        output.push(machine(loadOpcode(8), location, parts));
      }
      return fresh;
    };
    const handle = (instruction: MachineInstruction): void => {
      const written = definition(instruction);
      const home = homes.get(written);
      if (home?.made?.includes(instruction) === true) return;
      const used = new Set<number>();
      forUses(instruction, (register) => used.add(register));
      const renamed = new Map<number, number>();
      for (const register of used) {
        const own = homes.get(register);
        if (own !== undefined) renamed.set(register, reload(register, own, instruction.location));
      }
      if (home !== undefined && !used.has(written)) renamed.set(written, short(written, home));
      output.push(instruction);
      rename(instruction, renamed);
      if (home !== undefined) {
        const src = renamed.get(written) ?? written;
        this.#code.constants.delete(src);
        output.push(machine(storeOpcode(8), instruction.location, { dst: FRAME_POINTER, src, slot: home.slot }));
      }
      for (const [register, own] of homes) if (!own.shared) current.delete(register);
      if (instruction.opcode === CALL) current.clear();
    };
    for (const instruction of block.instructions) handle(instruction);
    const { end } = block;
    if (end.kind === 'branch') {
      const renamed = new Map<number, number>();
      forUses(end.test, (register) => {
        const own = homes.get(register);
        if (own !== undefined) renamed.set(register, reload(register, own, end.test.location));
      });
      rename(end.test, renamed);
    }
    block.instructions = output;
    return current;
  }
}

function rename(instruction: MachineInstruction, renamed: ReadonlyMap<number, number>): void {
  instruction.dst = renamed.get(instruction.dst) ?? instruction.dst;
  instruction.src = renamed.get(instruction.src) ?? instruction.src;
}
