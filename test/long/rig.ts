import {
  countRows,
  type KernelName,
  type KernelReport,
  kernelSources,
  missingPackages,
  summary,
  testKernel,
} from '../../packages/rig/src/index.ts';

/** The oldest kernel is always tested, the others while there is time. */
const required: KernelName = 'bookworm';
const kernels = Object.keys(kernelSources) as KernelName[];

/** A machine that boots at all gets this many seconds, however short the stage is. */
const PATIENCE = 120;

interface Outcome {
  readonly reports: readonly KernelReport[];
  /** Kernels that were not tested, with the reason. */
  readonly left: readonly { readonly name: KernelName; readonly why: string }[];
}

async function testWhileTimeLasts(seconds: number): Promise<Outcome> {
  const from = performance.now();
  const reports: KernelReport[] = [];
  const left: { name: KernelName; why: string }[] = [];
  for (const name of kernels) {
    const remaining = seconds - (performance.now() - from) / 1000;
    const slowest = Math.max(0, ...reports.map((report) => report.seconds));
    if (name !== required && remaining < slowest * 1.5) {
      left.push({ name, why: 'no time left' });
      continue;
    }
    try {
      reports.push(await testKernel(name, { timeout: PATIENCE }));
    } catch (error) {
      left.push({ name, why: error instanceof Error ? error.message : String(error) });
    }
  }
  return { reports, left };
}

/** What failed, a line each. */
function failures(report: KernelReport): string[] {
  const failed = report.rows.filter(({ state }) => state === 'failed');
  return [...failed.map(({ group, name, note }) => `${report.name}: ${group} > ${name}: ${note}`), ...report.problems];
}

/** The kernel host's tests inside Debian's kernels, the oldest at least, in QEMU. */
export const stage: {
  readonly name: string;
  run(options: { seconds: number; seed: number }): Promise<{ passed: number; failed: number; note: string }>;
} = {
  name: 'rig',
  async run({ seconds }) {
    const missing = missingPackages();
    if (missing.length > 0) {
      const failed = process.env.SKEP_NO_SKIP === '1' ? 1 : 0;
      return { passed: 0, failed, note: `skipped: needs ${missing.join(', ')}` };
    }
    const { reports, left } = await testWhileTimeLasts(seconds);
    const counts = reports.map(countRows);
    const untested = left.some(({ name }) => name === required) ? 1 : 0;
    const notes = [
      ...reports.map(summary),
      ...left.map(({ name, why }) => `${name}: not tested: ${why}`),
      ...reports.flatMap(failures),
    ];
    return {
      passed: counts.reduce((sum, { passed }) => sum + passed, 0),
      failed: counts.reduce((sum, { failed }) => sum + failed, 0) + untested,
      note: notes.join('\n  '),
    };
  },
};
