import { checkHostile, type HostileCounts, writtenPrograms } from '../../packages/compilers/test/generated/hostile.ts';
import { whyNoBpf } from '../../packages/core/test/support/tools.ts';
import { kernel } from '../../packages/kernel/src/index.ts';

const SEEDS = 2 ** 31;

/** Programs with mistakes: every outcome is an object that the kernel takes, or diagnostics with a place in the text. */
export const stage = {
  name: 'compiler-fuzz',
  async run({
    seconds,
    seed,
  }: {
    seconds: number;
    seed: number;
  }): Promise<{ passed: number; failed: number; note: string }> {
    const missing = whyNoBpf();
    const host = missing === undefined ? kernel() : undefined;
    const counts: HostileCounts = { texts: 0, objects: 0, wrong: [] };
    const written = writtenPrograms();
    const until = performance.now() + seconds * 1000;
    try {
      for (let next = seed; performance.now() < until; next = (next + 1) % SEEDS) {
        await checkHostile(next, written, host, counts);
      }
    } finally {
      host?.dispose();
    }
    const { texts, objects, wrong } = counts;
    const note = [
      `${objects} of ${texts} texts compiled`,
      ...(missing === undefined ? [] : [`skipped: needs ${missing}`]),
      ...(wrong.length > 0 ? [`first: ${wrong[0]}`] : []),
    ].join(', ');
    return { passed: texts - wrong.length, failed: wrong.length, note };
  },
};
