import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { readCollection } from '../../src/object/read-collection.ts';
import { needsBpf } from '../support/needs.ts';
import { compileCore, coreCompilers, coreNames, keptObject } from './core/build.ts';
import { compareWithLibbpf, shuffledPair } from './core/compare.ts';
import { buildCoreOracle } from './core/libbpf-core-oracle.ts';
import { keptShuffles } from './core/shuffle-btf.ts';

const withBpf = needsBpf(...coreCompilers, 'cc');

let folder = '';
let oracle = '';
const objects: string[] = [];
const kernelObject = (): string => join(folder, 'kernel-clang-19.o');

beforeAll(async () => {
  if (withBpf.skip) return;
  folder = mkdtempSync(join(tmpdir(), 'skep-core-'));
  oracle = buildCoreOracle(folder);
  await Promise.all(
    coreCompilers.map(async (tool) => {
      for (const name of coreNames) {
        const object = join(folder, `${name}-${tool}.o`);
        await compileCore(tool, name, object);
        objects.push(object);
      }
    }),
  );
  await compileCore('clang-19', 'kernel', kernelObject());
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

withBpf.test('objects of every clang are relocated as by libbpf, against shuffled types', () => {
  const pairs = objects.flatMap((object, index) =>
    Array.from({ length: 16 }, (_, seed) =>
      shuffledPair(folder, object, index * 100 + seed, seed % 2 === 0 ? 'mild' : 'wild'),
    ),
  );
  const { differences, ...counts } = compareWithLibbpf(oracle, pairs);
  expect(differences).toEqual([]);
  expect(counts.equal).toBeGreaterThan(13_000);
  expect(counts.refused).toBeGreaterThan(200);
  expect(counts.poisoned).toBeGreaterThan(500);
  expect(counts.ignored).toBeLessThan(700);
});

withBpf.test('the kept object is relocated as by libbpf', () => {
  const pairs = keptShuffles.map(({ seed, temper }) => shuffledPair(folder, keptObject, seed, temper));
  const { differences, equal } = compareWithLibbpf(oracle, pairs);
  expect(differences).toEqual([]);
  expect(equal).toBeGreaterThan(180);
});

withBpf.test('an object is relocated as by libbpf, for the running kernel', () => {
  const pair = { label: 'kernel', object: kernelObject(), btf: '/sys/kernel/btf/vmlinux' };
  const { differences, equal } = compareWithLibbpf(oracle, [pair]);
  expect(differences).toEqual([]);
  expect(equal).toBe(readCollection(readFileSync(kernelObject())).programs.size);
});
