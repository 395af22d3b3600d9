import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { Btf } from '../../src/btf/reader.ts';
import { coreFailures } from '../../src/object/apply-core-relocations.ts';
import type { CollectionSpec } from '../../src/object/collection-spec.ts';
import { readCollection } from '../../src/object/read-collection.ts';
import { needsBpf } from '../support/needs.ts';
import { compileCore, keptObject } from './core/build.ts';
import { askLibbpfCore, buildCoreOracle, type LibbpfCode } from './core/libbpf-core-oracle.ts';
import { relocatedPrograms } from './core/relocated.ts';
import { keptShuffles, shuffleBtf, type Temper } from './core/shuffle-btf.ts';

const tools = ['clang-14', 'clang-15', 'clang-16', 'clang-19'];
const names = ['fields', 'bit-fields', 'types', 'enumerators', 'flavours'];
const withBpf = needsBpf(...tools, 'cc');

/** `call 0xbad2310`, the poisoned instruction. */
const POISON = '850000001023ad0b';
const E2BIG = -7;

let folder = '';
let oracle = '';

beforeAll(async () => {
  if (withBpf.skip) return;
  folder = mkdtempSync(join(tmpdir(), 'skep-core-'));
  oracle = buildCoreOracle(folder);
  await Promise.all(
    tools.map(async (tool) => {
      for (const name of tool === 'clang-19' ? [...names, 'kernel'] : names)
        await compileCore(tool, name, join(folder, `${name}-${tool}.o`));
    }),
  );
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An object with the BTF it is relocated against. */
interface Pair {
  readonly label: string;
  readonly object: string;
  readonly spec: CollectionSpec;
  readonly btf: string;
}

function pairOf(label: string, object: string, spec: CollectionSpec, seed: number, temper: Temper): Pair {
  const btf = join(folder, `${label}-${temper}-${seed}.btf`);
  writeFileSync(btf, shuffleBtf(spec.btf as Btf, seed, temper));
  return { label: `${label}, ${temper} ${seed}`, object, spec, btf };
}

/**
 * True where we differ from libbpf 1.1 on purpose: a bit field that no word holds and types that disagree on the size
 * of a field poison the instruction (libbpf refuses the object, and takes the first type's size); 32-bit enumerators
 * may be unsigned (libbpf sign-extends all).
 */
function onPurpose(pair: Pair, target: Btf, name: string, ours: string, theirs: LibbpfCode): boolean {
  if (theirs === E2BIG) return ours.includes(POISON);
  if (name === 'pink_value') return true;
  if (name === 'negative_value' && pair.object.includes('clang-14')) return true;
  const program = pair.spec.programs.get(name);
  if (program === undefined || pair.spec.btf === undefined || !ours.includes(POISON)) return false;
  return coreFailures(program, pair.spec.btf, [target]).some(({ reason }) => reason?.includes('disagree on its size'));
}

/** Compares all programs of all pairs; gives how many were equal, and of these refused and poisoned. */
function compare(pairs: readonly Pair[]): { equal: number; refused: number; poisoned: number; ignored: number } {
  const count = { equal: 0, refused: 0, poisoned: 0, ignored: 0 };
  const answers = askLibbpfCore(oracle, pairs);
  for (const [index, pair] of pairs.entries()) {
    const target = Btf.parse(readFileSync(pair.btf));
    const programs = relocatedPrograms(pair.spec, [target]);
    expect([...(answers[index]?.keys() ?? [])].sort()).toEqual([...programs.keys()].sort());
    for (const [name, theirs] of answers[index] ?? []) {
      const ours = programs.get(name) ?? '';
      if (onPurpose(pair, target, name, ours, theirs)) {
        count.ignored += 1;
        continue;
      }
      const refused = typeof theirs === 'number';
      if (refused) expect(ours, `${name} of ${pair.label}`).toMatch(/^SKEP_CORE_RELOCATION: .*ambiguous/);
      else expect(ours, `${name} of ${pair.label}`).toBe(theirs);
      count.equal += 1;
      if (refused) count.refused += 1;
      else if (theirs.includes(POISON)) count.poisoned += 1;
    }
  }
  return count;
}

withBpf.test('objects of every clang are relocated as by libbpf, against shuffled types', () => {
  const pairs = tools.flatMap((tool, index) =>
    names.flatMap((name) => {
      const object = join(folder, `${name}-${tool}.o`);
      const spec = readCollection(readFileSync(object));
      const seeds = Array.from({ length: 8 }, (_, seed) => 1000 + index * 8 + seed);
      return seeds.flatMap((seed) => [
        pairOf(`${name}-${tool}`, object, spec, seed, 'mild'),
        pairOf(`${name}-${tool}`, object, spec, seed, 'wild'),
      ]);
    }),
  );
  const { equal, refused, poisoned, ignored } = compare(pairs);
  expect(equal).toBeGreaterThan(13_000);
  expect(refused).toBeGreaterThan(200);
  expect(poisoned).toBeGreaterThan(500);
  expect(ignored).toBeLessThan(500);
});

withBpf.test('the kept object is relocated as by libbpf', () => {
  const spec = readCollection(readFileSync(keptObject));
  const pairs = keptShuffles.map(({ seed, temper }) => pairOf('mixed', keptObject, spec, seed, temper));
  expect(compare(pairs).equal).toBeGreaterThan(180);
});

withBpf.test(
  'an object is relocated as by libbpf, for the running kernel',
  () => {
    const object = join(folder, 'kernel-clang-19.o');
    const spec = readCollection(readFileSync(object));
    const pair = { label: 'kernel', object, spec, btf: '/sys/kernel/btf/vmlinux' };
    expect(compare([pair]).equal).toBe(spec.programs.size);
  },
  30_000,
);
