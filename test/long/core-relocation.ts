/**
 * CO-RE relocations: small programs by every clang against shuffled types, compared with what libbpf makes of them; and
 * records, types and code with bytes changed at random, which must be relocated or refused with a SkepError in time.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SkepError } from '../../packages/core/src/base/index.ts';
import { Btf } from '../../packages/core/src/btf/index.ts';
import { applyCoreRelocations, type CollectionSpec, readCollection } from '../../packages/core/src/object/index.ts';
import { compileCore, coreCompilers, coreNames, keptObject } from '../../packages/core/test/object/core/build.ts';
import { compareWithLibbpf, shuffledPair } from '../../packages/core/test/object/core/compare.ts';
import { buildCoreOracle } from '../../packages/core/test/object/core/libbpf-core-oracle.ts';
import { shuffleBtf } from '../../packages/core/test/object/core/shuffle-btf.ts';
import { findTool, whyNoBpf } from '../../packages/core/test/support/tools.ts';

/** A mutant may take this long before it counts as a hang. */
const HANG_MS = 2000;

/** Numbers from 0 to 1 that the seed determines (xorshift32). */
function random(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 0x100000000;
  };
}

/** Some bytes changed, most of them to values that break things. */
function mutate(bytes: Uint8Array, next: () => number): Uint8Array {
  const copy = bytes.slice();
  for (let changes = 1 + Math.floor(next() * 8); changes > 0; changes -= 1) {
    const at = Math.floor(next() * copy.length);
    copy[at] = next() < 0.3 ? 0xff : next() < 0.5 ? Math.floor(next() * 4) : Math.floor(next() * 256);
  }
  return copy;
}

function relocateAll(spec: CollectionSpec, target: Btf): void {
  if (spec.btf === undefined) return;
  for (const program of spec.programs.values()) {
    try {
      applyCoreRelocations(program, spec.btf, [target]);
    } catch (error) {
      if (!(error instanceof SkepError)) throw error;
    }
  }
}

/** Relocates a mutant of the kept object against a mutant of its types; says what went wrong. */
function tryMutant(object: Uint8Array, target: Uint8Array, seed: number): string | undefined {
  const next = random(seed);
  const started = performance.now();
  try {
    const spec = readCollection(next() < 0.6 ? mutate(object, next) : object);
    relocateAll(spec, Btf.parse(next() < 0.6 ? mutate(target, next) : target));
  } catch (error) {
    if (!(error instanceof SkepError)) return `mutant ${seed}: ${error}`;
  }
  const took = performance.now() - started;
  return took > HANG_MS ? `mutant ${seed}: took ${Math.round(took)} ms` : undefined;
}

function runMutants(until: number, seed: number): { tried: number; wrong: string[] } {
  const object = Uint8Array.from(readFileSync(keptObject));
  const { btf } = readCollection(object);
  if (btf === undefined) return { tried: 0, wrong: ['the kept object has no BTF'] };
  const targets = [1, 2, 3, 4].map((each) => shuffleBtf(btf, each, 'wild'));
  const wrong: string[] = [];
  let tried = 0;
  for (; performance.now() < until && wrong.length < 10; tried += 1) {
    const problem = tryMutant(object, targets[tried % 4] ?? new Uint8Array(0), seed + tried * 7919);
    if (problem !== undefined) wrong.push(problem);
  }
  return { tried, wrong };
}

async function compileObjects(folder: string): Promise<string[]> {
  const objects: string[] = [];
  const builds = coreCompilers.flatMap((tool) =>
    (tool === 'clang-19' ? [1, 2, 3, 4] : [2, 3]).map((cpu) => ({ tool, cpu })),
  );
  for (const { tool, cpu } of builds) {
    for (const name of coreNames) {
      const object = join(folder, `${name}-${tool}-v${cpu}.o`);
      await compileCore(tool, name, object, cpu);
      objects.push(object);
    }
  }
  return objects;
}

async function runComparison(until: number, seed: number): Promise<{ equal: number; rounds: number; wrong: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'skep-core-'));
  const result = { equal: 0, rounds: 0, wrong: [] as string[] };
  try {
    const oracle = buildCoreOracle(folder);
    const objects = await compileObjects(folder);
    for (; performance.now() < until && result.wrong.length < 10; result.rounds += 1) {
      const round = seed + result.rounds;
      const pairs = objects.map((object, index) =>
        shuffledPair(folder, object, round * 1000 + index, (round + index) % 2 === 0 ? 'mild' : 'wild'),
      );
      const { equal, differences } = compareWithLibbpf(oracle, pairs);
      result.equal += equal;
      result.wrong.push(...differences);
      for (const { btf } of pairs) rmSync(btf);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return result;
}

/** The stage of the long tier. */
export const stage = {
  name: 'core-relocation',
  async run({
    seconds,
    seed,
  }: {
    seconds: number;
    seed: number;
  }): Promise<{ passed: number; failed: number; note: string }> {
    const start = performance.now();
    const { tried, wrong } = runMutants(start + seconds * 300, seed);
    const missing = ['cc', ...coreCompilers].filter((tool) => findTool(tool) === undefined);
    const why = whyNoBpf() ?? (missing.length > 0 ? missing.join(', ') : undefined);
    if (why !== undefined) {
      const failed = wrong.length + (process.env.SKEP_NO_SKIP === '1' ? 1 : 0);
      const note = [`${tried} mutants; comparison skipped: needs ${why}`, ...wrong].join('\n');
      return { passed: tried - wrong.length, failed, note };
    }
    const comparison = await runComparison(start + seconds * 1000, seed);
    const all = [...wrong, ...comparison.wrong];
    const note = `${tried} mutants, ${comparison.equal} programs as by libbpf in ${comparison.rounds} rounds`;
    return { passed: tried - wrong.length + comparison.equal, failed: all.length, note: [note, ...all].join('\n') };
  },
};
