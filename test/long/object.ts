/**
 * Fuzzing of object files: mutated headers, sections, symbols, relocations, BTF and code of every object at hand. The
 * only outcomes are a blueprint that holds together and a SkepError, each within a time that no small file may exceed.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SkepError } from '../../packages/core/src/base/index.ts';
import { type CollectionSpec, readCollection, readElf, writeElf } from '../../packages/core/src/object/index.ts';
import { compileAll, compilers } from '../../packages/core/test/object/compile.ts';
import { findTool } from '../../packages/core/test/support/tools.ts';

type Random = (limit: number) => number;

/** Milliseconds a mutant may take; the files have some kilobytes. */
const TIME_LIMIT = 200;

/** xorshift32; gives integers from 0 to limit - 1. */
function randomFrom(seed: number): Random {
  let state = seed | 0 || 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

/** The objects in the tree, and what the compilers that are installed make of the C programs. */
async function seedFiles(): Promise<Uint8Array[]> {
  const prebuilt = new URL('../../packages/core/test/object/prebuilt/', import.meta.url);
  const files: Uint8Array[] = readdirSync(prebuilt).map((name) => readFileSync(new URL(name, prebuilt)));
  const folder = mkdtempSync(join(tmpdir(), 'skep-fuzz-'));
  try {
    const installed = compilers.filter(({ tool }) => findTool(tool) !== undefined);
    files.push(...(await compileAll(folder, installed)).map(({ bytes }) => bytes));
  } finally {
    rmSync(folder, { recursive: true });
  }
  return files;
}

const numbers = [
  0, 1, 2, 7, 8, 16, 24, 64, 0xff, 0xfff1, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffff8, 0xffffffff,
];

/** The parts of an object that a mutation can aim at: entries of a size, and the fields in them. */
interface Table {
  readonly start: number;
  readonly count: number;
  readonly size: number;
}

/** Section headers, and the contents of each section as entries of the size it says. */
function tablesOf(bytes: Uint8Array): Table[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headers = Number(view.getBigUint64(40, true));
  const count = view.getUint16(60, true);
  const tables: Table[] = [
    { start: 0, count: 1, size: 64 },
    { start: headers, count, size: 64 },
    { start: headers, count, size: 64 },
  ];
  for (let index = 0; index < count; index += 1) {
    const at = headers + index * 64;
    const [start, length] = [Number(view.getBigUint64(at + 24, true)), Number(view.getBigUint64(at + 32, true))];
    const entry = Number(view.getBigUint64(at + 56, true)) || 4;
    if (view.getUint32(at + 4, true) !== 8 && length >= entry) {
      tables.push({ start, count: Math.floor(length / entry), size: entry });
    }
  }
  return tables;
}

function mutate(file: Uint8Array, tables: readonly Table[], others: readonly Uint8Array[], random: Random): Uint8Array {
  // Not slice(): on a Buffer that is a view, and the edits of all mutants would pile up in the file.
  const bytes = Uint8Array.from(file);
  for (let edits = 1 + random(6); edits > 0; edits -= 1) mutateOnce(bytes, tables, others, random);
  return random(8) === 0 ? bytes.subarray(0, random(bytes.length + 1)) : bytes;
}

function mutateOnce(bytes: Uint8Array, tables: readonly Table[], others: readonly Uint8Array[], random: Random): void {
  const at = random(bytes.length);
  const kind = random(8);
  if (kind === 0) bytes[at] = random(256);
  else if (kind === 1) bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
  else if (kind === 2) {
    const other = others[random(others.length)] ?? bytes;
    const from = random(other.length);
    bytes.set(other.subarray(from, Math.min(from + 1 + random(64), from + bytes.length - at)), at);
  } else mutateField(bytes, tables[random(tables.length)], random);
}

/** Gives a field of 1, 2, 4 or 8 bytes an odd number, or what the same field of another entry holds. */
function mutateField(bytes: Uint8Array, table: Table | undefined, random: Random): void {
  if (table === undefined) return;
  const { start, count, size } = table;
  const width = Math.min(1 << random(4), size);
  const field = random(Math.max(1, Math.floor(size / width))) * width;
  const at = start + random(count) * size + field;
  if (at + 8 > bytes.length) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (random(3) === 0) {
    const from = start + random(count) * size + field;
    bytes.copyWithin(at, from, from + width);
    return;
  }
  const number = random(4) === 0 ? random(bytes.length + 1) : (numbers[random(numbers.length)] ?? 0);
  if (width === 1) view.setUint8(at, number & 255);
  else if (width === 2) view.setUint16(at, number & 0xffff, true);
  else view.setUint32(at, number, true);
  if (width === 8) view.setUint32(at + 4, random(4) === 0 ? (numbers[random(numbers.length)] ?? 0) : 0, true);
}

/** Reads a mutant; gives whether it was taken. Throws at anything but a SkepError and at a blueprint full of holes. */
function readMutant(bytes: Uint8Array): boolean {
  try {
    check(readCollection(bytes, { file: 'mutant.o' }));
    return true;
  } catch (error) {
    if (!(error instanceof SkepError)) throw error;
    if (error.place.file !== 'mutant.o') throw new Error(`error without its file: ${error.message}`);
    return false;
  }
}

/** Reads a mutant and sees that its bytes stay as they are; writes it anew where its ELF file holds. */
function readMutantTwice(bytes: Uint8Array): boolean {
  const before = Uint8Array.from(bytes);
  const taken = readMutant(bytes);
  if (taken) readElf(writeElf(readElf(bytes)));
  if (before.some((byte, index) => byte !== bytes[index])) throw new Error('reading changed the file');
  return taken;
}

/** Milliseconds that reading a mutant takes. */
function timeOf(mutant: Uint8Array): number {
  const from = performance.now();
  try {
    readMutant(mutant);
  } catch {
    // It has been counted already.
  }
  return performance.now() - from;
}

/** What every user of a blueprint relies on. */
function check(spec: CollectionSpec): void {
  const must = (holds: boolean, what: string): void => {
    if (!holds) throw new Error(`the blueprint does not hold together: ${what}`);
  };
  for (const [name, program] of spec.programs) {
    const slots = program.code.length / 8;
    must(program.name === name && Number.isInteger(slots) && slots > 0, 'code');
    must(program.functions[0]?.slot === 0, 'entry');
    must(
      program.functions.every(({ slot }) => slot < slots),
      'functions',
    );
    must(
      program.lines.every(({ slot }) => Number.isInteger(slot) && slot < slots),
      'lines',
    );
    must(
      program.coreRelocations.every(({ slot }) => Number.isInteger(slot) && slot < slots),
      'CO-RE relocations',
    );
    for (const reference of program.references) {
      must(reference.slot < slots, 'references');
      if (reference.kind === 'map' || reference.kind === 'map-value') must(spec.maps.has(reference.map), 'maps');
      if (reference.kind === 'function') must(reference.target < slots, 'targets');
    }
  }
  for (const [name, map] of spec.maps) {
    must(map.name === name && map.valueSize >= 0 && map.valueSize < 2 ** 32, 'map sizes');
    for (const { value } of map.contents) {
      if (value.kind === 'bytes') must(value.bytes.length === map.valueSize, 'contents');
      else must(value.kind === 'map' ? spec.maps.has(value.name) : spec.programs.has(value.name), 'references');
    }
  }
  for (const { map, offset, size } of spec.variables.values()) {
    must(offset >= 0 && offset + size <= (spec.maps.get(map)?.valueSize ?? 0), 'variables');
  }
}

/** The stage of the long tier. */
export const stage = {
  name: 'object',
  async run({ seconds, seed }: { seconds: number; seed: number }): Promise<{
    passed: number;
    failed: number;
    note: string;
  }> {
    const random = randomFrom(seed);
    const until = performance.now() + seconds * 1000;
    const files = await seedFiles();
    const tables = files.map(tablesOf);
    let mutants = 0;
    let taken = 0;
    let slowest = 0;
    const wrong: string[] = [];
    while (performance.now() < until && wrong.length < 5) {
      const chosen = random(files.length);
      const mutant = mutate(files[chosen] ?? new Uint8Array(0), tables[chosen] ?? [], files, random);
      const from = performance.now();
      try {
        if (mutants % 16 === 0 ? readMutantTwice(mutant) : readMutant(mutant)) taken += 1;
      } catch (error) {
        wrong.push(`mutant ${mutants}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      }
      let took = performance.now() - from;
      // Others may have had the processor meanwhile: what is slow must be slow again.
      for (let again = 0; again < 3 && took > TIME_LIMIT; again += 1) took = Math.min(took, timeOf(mutant));
      slowest = Math.max(slowest, took);
      if (took > TIME_LIMIT) wrong.push(`mutant ${mutants} took ${took.toFixed(0)} ms`);
      mutants += 1;
    }
    const note = `seed ${seed}, ${files.length} objects, ${taken} mutants taken, slowest ${slowest.toFixed(1)} ms`;
    return { passed: mutants - wrong.length, failed: wrong.length, note: [note, ...wrong].join('\n') };
  },
};
