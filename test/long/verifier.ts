import { type BoundsComparison, compareBounds } from '../../packages/core/test/verifier/support/compare-bounds.ts';
import { KernelOracle } from '../oracle/kernel.ts';

/** Bounds that the verifier finds for numbers, against the kernel's log of random programs. */
export const stage = {
  name: 'verifier',
  async run({
    seconds,
    seed,
  }: {
    seconds: number;
    seed: number;
  }): Promise<{ passed: number; failed: number; note: string }> {
    const missing = KernelOracle.missing();
    if (missing !== undefined) return { passed: 0, failed: 0, note: `skipped: needs ${missing}` };
    await using kernel = await KernelOracle.start();
    const counts: BoundsComparison = { same: 0, tighter: 0, looser: [], tighterAt: [] };
    const until = performance.now() + seconds * 1000;
    for (let at = seed; performance.now() < until; at++) {
      await compareBounds(kernel, Math.imul(at, 0x9e3779b1), counts);
      // Examples are enough.
      counts.tighterAt.length = 0;
    }
    const { same, tighter, looser } = counts;
    const note = `bounds: ${same} same, ${tighter} tighter, ${looser.length} looser${looser.length === 0 ? '' : `, first: ${looser[0]}`}`;
    const failed = looser.length * 200 > same ? looser.length : 0;
    return { passed: same + tighter, failed, note };
  },
};
