import { SLOT_SIZE } from '../isa/instruction.ts';
import { CALL, Call, LDDW, LoadImmediate } from '../isa/opcode.ts';
import type { CodeFunction } from './code-section.ts';
import { badObject } from './object-file.ts';
import type { Reference } from './program-spec.ts';
import type { CodeRelocator, CodeTarget } from './relocate-code.ts';

/** Instruction that refers to something. */
interface Site {
  /** Slot in its function. */
  readonly slot: number;
  readonly call: boolean;
  readonly target: CodeTarget;
}

/** A function at its place in a program. */
export interface PlacedFunction {
  readonly function: CodeFunction;
  /** Slot of its first instruction in the program. */
  readonly base: number;
}

/** A program with its subprograms behind it. */
export interface LinkedProgram {
  readonly code: Uint8Array;
  /** The entry first, at 0. */
  readonly functions: readonly PlacedFunction[];
  readonly references: readonly Reference[];
}

/** Instructions the kernel takes in one program (BPF_COMPLEXITY_LIMIT_INSNS, Linux 5.2). */
const MAX_SLOTS = 1_000_000;
/** Instructions that all programs of an object may have together once linked: a bound on memory. */
const MAX_TOTAL_SLOTS = 8_000_000;

/** Puts programs together from the functions of an object. */
export class Linker {
  readonly #relocator: CodeRelocator;
  readonly #sites = new Map<CodeFunction, Site[]>();
  #total = 0;

  constructor(relocator: CodeRelocator) {
    this.#relocator = relocator;
  }

  /**
   * The program that starts with `entry`: behind it each function it uses, once, in the order in which a walk along
   * calls and function references first meets them.
   * @throws SKEP_BAD_OBJECT
   */
  link(entry: CodeFunction): LinkedProgram {
    const placed = this.#place(entry);
    const functions = [...placed].map(([part, base]) => ({ function: part, base }));
    const last = functions.at(-1);
    const slots = last === undefined ? 0 : last.base + last.function.end - last.function.start;
    const code = new Uint8Array(slots * SLOT_SIZE);
    const view = new DataView(code.buffer);
    const references: Reference[] = [];
    for (const { function: part, base } of functions) {
      code.set(part.section.data.subarray(part.start * SLOT_SIZE, part.end * SLOT_SIZE), base * SLOT_SIZE);
      for (const site of this.#sitesOf(part)) {
        const reference = patch(view, base + site.slot, site, placed);
        if (reference !== undefined) references.push(reference);
      }
    }
    return { code, functions, references };
  }

  /** Walks calls depth first and gives each function its first slot in the program. */
  #place(entry: CodeFunction): Map<CodeFunction, number> {
    const placed = new Map<CodeFunction, number>();
    const path: { sites: Iterator<Site> }[] = [];
    let slots = 0;
    const add = (part: CodeFunction): void => {
      placed.set(part, slots);
      slots += part.end - part.start;
      this.#charge(part, slots);
      path.push({ sites: this.#sitesOf(part).values() });
    };
    add(entry);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = top.sites.next();
      if (next.done === true) path.pop();
      else if (next.value.target.kind === 'function' && !placed.has(next.value.target.target)) {
        add(next.value.target.target);
      }
    }
    return placed;
  }

  #charge(part: CodeFunction, slots: number): void {
    this.#total += part.end - part.start;
    if (slots <= MAX_SLOTS && this.#total <= MAX_TOTAL_SLOTS) return;
    throw badObject(
      'the object holds too much code',
      { section: part.section.name },
      {
        reason: `a program has at most ${MAX_SLOTS} instructions with its subprograms, all together ${MAX_TOTAL_SLOTS}`,
      },
    );
  }

  /** What a function refers to, in the order of its instructions. */
  #sitesOf(part: CodeFunction): Site[] {
    const known = this.#sites.get(part);
    if (known !== undefined) return known;
    const sites: Site[] = [];
    const { data } = part.section;
    for (let slot = part.start; slot < part.end; slot += 1) {
      const site = this.#siteAt(part, slot);
      if (site !== undefined) sites.push(site);
      if (data[slot * SLOT_SIZE] !== LDDW) continue;
      slot += 1;
      if (slot === part.end) {
        throw badObject(`function ${part.name} ends inside a 64-bit immediate load`, {
          section: part.section.name,
          instruction: slot - 1,
        });
      }
    }
    this.#sites.set(part, sites);
    return sites;
  }

  #siteAt(part: CodeFunction, slot: number): Site | undefined {
    const { section } = part;
    const at = slot * SLOT_SIZE;
    const opcode = section.data[at];
    const call = opcode === CALL;
    const relocation = section.relocations.get(slot);
    if (relocation !== undefined && relocation.type !== 0) {
      return { slot: slot - part.start, call, target: this.#relocator.resolve(section, slot, relocation) };
    }
    const source = (section.data[at + 1] ?? 0) >> 4;
    const local = (call && source === Call.LOCAL) || (opcode === LDDW && source === LoadImmediate.FUNC);
    if (!local) return undefined;
    const view = new DataView(section.data.buffer, section.data.byteOffset, section.data.byteLength);
    const target = section.functions.get(slot + 1 + view.getInt32(at + 4, true));
    if (target !== undefined) return { slot: slot - part.start, call, target: { kind: 'function', target } };
    throw badObject(`function ${part.name} ${call ? 'calls' : 'refers to'} a place where no function starts`, {
      section: section.name,
      instruction: slot,
    });
  }
}

/** Writes what an instruction refers to into it; gives the reference that is left for the host. */
function patch(
  view: DataView,
  slot: number,
  { call, target }: Site,
  placed: ReadonlyMap<CodeFunction, number>,
): Reference | undefined {
  const write = (source: number, immediate: number, high = 0): void => {
    const at = slot * SLOT_SIZE;
    view.setUint8(at + 1, (view.getUint8(at + 1) & 0x0f) | (source << 4));
    view.setInt32(at + 4, immediate, true);
    if (!call) view.setInt32(at + SLOT_SIZE + 4, high, true);
  };
  switch (target.kind) {
    case 'map':
      write(LoadImmediate.MAP_FD, 0);
      return { ...target, slot };
    case 'map-value':
      write(LoadImmediate.MAP_VALUE, 0, target.offset);
      return { ...target, slot };
    case 'kfunc':
      write(Call.KFUNC, 0);
      return { ...target, kind: 'kfunc', slot };
    case 'ksym':
      write(target.type === undefined ? LoadImmediate.VALUE : LoadImmediate.BTF_ID, 0);
      return { ...target, kind: 'ksym', slot };
    case 'function': {
      const start = placed.get(target.target) ?? 0;
      write(call ? Call.LOCAL : LoadImmediate.FUNC, start - slot - 1);
      return call ? undefined : { kind: 'function', slot, target: start };
    }
  }
}
