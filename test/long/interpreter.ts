import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from '../../packages/core/src/isa/decode.ts';
import { encode } from '../../packages/core/src/isa/encode.ts';
import { BytecodeRunner } from '../../packages/core/src/vm/run-bytecode.ts';
import { KernelComparison } from '../../packages/core/test/vm/kernel-comparison.ts';
import { randomProgram, seeded } from '../../packages/core/test/vm/random-program.ts';
import { runReference } from '../../packages/core/test/vm/reference.ts';
import { KernelOracle } from '../oracle/kernel.ts';

const BATCH = 64;
const SEEDS = 2 ** 31;

interface Counts {
  passed: number;
  failed: number;
  refused: number;
  first: string | undefined;
}

function fail(counts: Counts, text: string): void {
  counts.failed += 1;
  counts.first ??= text;
}

/** Long random programs in the interpreter and in the BigInt reference. */
function compareWithReference(from: number, until: number, counts: Counts): void {
  const runner = new BytecodeRunner();
  for (let seed = from; performance.now() < until; seed = (seed + 1) % SEEDS) {
    const code = encode(randomProgram(seeded(seed), { length: 500, branches: 10, memory: 30 }));
    const ours = runner.run(code).result;
    const theirs = runReference(decode(code)).registers[0];
    if (ours === theirs) counts.passed += 1;
    else fail(counts, `seed ${seed}: 0x${ours.toString(16)} here, 0x${theirs?.toString(16)} in the reference`);
  }
}

/** Random programs in the interpreter and in the kernel. The seed of a batch is on disk before it runs. */
async function compareWithKernel(from: number, until: number, counts: Counts): Promise<void> {
  await using kernel = await KernelOracle.start();
  const comparison = new KernelComparison(kernel);
  const folder = mkdtempSync(join(tmpdir(), 'skep-interpreter-'));
  for (let batch = 0; performance.now() < until; batch++) {
    const first = (from + batch * BATCH) % SEEDS;
    writeFileSync(join(folder, 'seed'), `${first}\n`, { flush: true });
    const type = batch % 2 === 0 ? 'socket_filter' : 'xdp';
    const outcomes = await Promise.all(Array.from({ length: BATCH }, (_, at) => comparison.compare(first + at, type)));
    for (const outcome of outcomes) {
      if (outcome.kind === 'same') counts.passed += 1;
      else if (outcome.kind === 'different') fail(counts, outcome.text);
      else counts.refused += 1;
    }
  }
  rmSync(folder, { recursive: true });
}

/** Random programs: the interpreter against a BigInt reference, then against the kernel. */
export const stage = {
  name: 'interpreter',
  async run({
    seconds,
    seed,
  }: {
    seconds: number;
    seed: number;
  }): Promise<{ passed: number; failed: number; note: string }> {
    const counts: Counts = { passed: 0, failed: 0, refused: 0, first: undefined };
    const start = performance.now();
    const missing = KernelOracle.missing();
    compareWithReference(seed, start + seconds * 1000 * (missing === undefined ? 0.3 : 1), counts);
    const alone = counts.passed;
    if (missing === undefined) await compareWithKernel(seed, start + seconds * 1000, counts);
    const note = [
      `${alone} against the reference`,
      missing === undefined
        ? `${counts.passed - alone} against the kernel, whose verifier found ${counts.refused} too complex`
        : `skipped: needs ${missing}`,
      ...(counts.first === undefined ? [] : [`first: ${counts.first}`]),
    ].join(', ');
    return { passed: counts.passed, failed: counts.failed, note };
  },
};
