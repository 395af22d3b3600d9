import type { BtfExt } from '../btf/ext.ts';
import { SLOT_SIZE } from '../isa/instruction.ts';
import type { PlacedFunction } from './linker.ts';
import { badObject } from './object-file.ts';
import type { CoreRelocation, FunctionInfo, LineInfo, ProgramSpec } from './program-spec.ts';

/** Record of .BTF.ext: it belongs to the instruction at byte `offset` of its section. */
interface Record {
  readonly offset: number;
}

/** Records that all programs of an object may have together: a bound on memory. */
const MAX_RECORDS = 8_000_000;

/** Gives programs the functions, lines and CO-RE relocations that .BTF.ext holds for their sections. */
export class ProgramRecords {
  readonly #ext: BtfExt | undefined;
  /** Each table sorted by offset, as its ranges are searched. */
  readonly #sorted = new Map<readonly Record[], readonly Record[]>();
  #total = 0;

  constructor(ext: BtfExt | undefined) {
    this.#ext = ext;
  }

  /** The records of a linked program, with slots counted from its start. */
  of(placed: readonly PlacedFunction[]): Pick<ProgramSpec, 'functions' | 'lines' | 'coreRelocations'> {
    const functions: FunctionInfo[] = [];
    const lines: LineInfo[] = [];
    const coreRelocations: CoreRelocation[] = [];
    for (const part of placed) {
      const { name, linkage } = part.function;
      const type = this.#range(this.#ext?.functions, part).find(({ slot }) => slot === part.base)?.record.type;
      functions.push({ slot: part.base, name, ...(type === undefined ? {} : { type }), linkage });
      for (const { slot, record } of this.#range(this.#ext?.lines, part)) {
        const { file, line, column, text } = record;
        lines.push({ slot, file, line, column, text });
      }
      for (const { slot, record } of this.#range(this.#ext?.coreRelocations, part)) {
        const { type: root, access, kind } = record;
        coreRelocations.push({ slot, type: root, access, kind });
      }
    }
    return { functions, lines, coreRelocations };
  }

  /** The records of a table that lie in a function, with their slots in the program. */
  #range<T extends Record>(
    tables: ReadonlyMap<string, readonly T[]> | undefined,
    { function: part, base }: PlacedFunction,
  ): { slot: number; record: T }[] {
    const table = tables?.get(part.section.name);
    if (table === undefined) return [];
    const sorted = this.#sort(table, part.section.name);
    const from = lowerBound(sorted, part.start * SLOT_SIZE);
    const found: { slot: number; record: T }[] = [];
    for (let index = from; index < sorted.length; index += 1) {
      const record = sorted[index];
      if (record === undefined || record.offset >= part.end * SLOT_SIZE) break;
      found.push({ slot: record.offset / SLOT_SIZE - part.start + base, record });
    }
    this.#total += found.length;
    if (this.#total <= MAX_RECORDS) return found;
    throw badObject('.BTF.ext holds too many records', { section: part.section.name });
  }

  #sort<T extends Record>(table: readonly T[], section: string): readonly T[] {
    const known = this.#sorted.get(table);
    if (known !== undefined) return known as readonly T[];
    const odd = table.find(({ offset }) => offset % SLOT_SIZE !== 0);
    if (odd !== undefined) {
      throw badObject('.BTF.ext has a record between instructions', { section, offset: odd.offset });
    }
    const sorted = [...table].sort((a, b) => a.offset - b.offset);
    this.#sorted.set(table, sorted);
    return sorted;
  }
}

function lowerBound(sorted: readonly Record[], offset: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle]?.offset ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
