import { Comparison, noCounts } from '../../packages/compilers/test/generated/compare.ts';
import { whyNoBpf } from '../../packages/core/test/support/tools.ts';
import { kernel } from '../../packages/kernel/src/index.ts';

const SEEDS = 2 ** 31;

/** Generated programs: what the compiler accepts loads, and means the same as plain TypeScript, in the VM and the kernel. */
export const stage = {
  name: 'typescript-programs',
  async run({
    seconds,
    seed,
  }: {
    seconds: number;
    seed: number;
  }): Promise<{ passed: number; failed: number; note: string }> {
    const missing = whyNoBpf();
    const comparison = new Comparison(missing === undefined ? kernel() : undefined);
    const counts = noCounts();
    const until = performance.now() + seconds * 1000;
    try {
      for (let next = seed; performance.now() < until; next = (next + 1) % SEEDS) {
        await comparison.check(next, 4, 25, counts);
      }
    } finally {
      comparison.dispose();
    }
    const { accepted, refused, runs, wrong } = counts;
    const note = [
      `${accepted} programs accepted, ${refused} refused, ${runs} runs compared`,
      ...(missing === undefined ? [] : [`skipped: needs ${missing}`]),
      ...(wrong.length > 0 ? [`first: ${wrong[0]}`] : []),
    ].join(', ');
    return { passed: accepted, failed: wrong.length, note };
  },
};
