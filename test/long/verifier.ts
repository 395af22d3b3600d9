import { platform } from '../../packages/core/src/abi/platform/platforms.ts';
import { type BoundsComparison, compareBounds } from '../../packages/core/test/verifier/support/compare-bounds.ts';
import {
  compareVerdicts,
  noVerdicts,
  type VerdictComparison,
} from '../../packages/core/test/verifier/support/compare-verdicts.ts';
import { KernelOracle } from '../oracle/kernel.ts';

/** What the verifier says of random programs, against the kernel: bounds in its log first, then verdicts. */
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
    const start = performance.now();
    const bounds = await allBounds(kernel, seed, start + seconds * 300);
    const verdicts = await allVerdicts(kernel, seed, start + seconds * 1000);
    const { same, tighter, looser } = bounds;
    const { accepted, rejected, unknown, falseAccepts, falseRejects } = verdicts;
    const first = [...falseAccepts, ...falseRejects, ...looser].slice(0, 1).map((text) => `first: ${text}`);
    const note = [
      `bounds: ${same} same, ${tighter} tighter, ${looser.length} looser`,
      `verdicts: ${accepted} accepted, ${rejected} rejected, ${falseAccepts.length} accepted by us alone`,
      `${falseRejects.length} by the kernel alone, ${unknown} not covered`,
      ...first,
    ].join(', ');
    const tooLoose = looser.length * 200 > same ? looser.length : 0;
    const tooStrict = falseRejects.length * 200 > accepted ? falseRejects.length : 0;
    return {
      passed: same + tighter + accepted + rejected,
      failed: falseAccepts.length + tooLoose + tooStrict,
      note,
    };
  },
};

async function allBounds(kernel: KernelOracle, seed: number, until: number): Promise<BoundsComparison> {
  const counts: BoundsComparison = { same: 0, tighter: 0, looser: [], tighterAt: [] };
  for (let at = seed; performance.now() < until; at++) {
    await compareBounds(kernel, Math.imul(at, 0x9e3779b1), counts);
    // Their number is enough.
    counts.tighterAt.length = 0;
  }
  return counts;
}

async function allVerdicts(kernel: KernelOracle, seed: number, until: number): Promise<VerdictComparison> {
  const counts = noVerdicts();
  const linux = platform('6.18');
  for (let at = seed; performance.now() < until; at++) {
    await compareVerdicts(kernel, linux, Math.imul(at, 0x9e3779b1), counts);
  }
  return counts;
}
