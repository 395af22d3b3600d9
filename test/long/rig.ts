import {
  countRows,
  type KernelName,
  type KernelReport,
  kernelSources,
  missingPackages,
  summary,
  testKernel,
} from '../../packages/rig/src/index.ts';

/** The stage fails where the oldest kernel was not tested; the others are tested where they can be had. */
const required: KernelName = 'bookworm';
const kernels = Object.keys(kernelSources) as KernelName[];

/** Seconds after which a machine is stopped: all run at once, whatever the stage's time box says. */
const PATIENCE = 300;

interface Outcome {
  readonly reports: readonly KernelReport[];
  /** Kernels that were not tested, with the reason: a download that failed is named. */
  readonly left: readonly { readonly name: KernelName; readonly why: string }[];
}

async function testAll(): Promise<Outcome> {
  const reports: KernelReport[] = [];
  const left: { name: KernelName; why: string }[] = [];
  const one = async (name: KernelName): Promise<void> => {
    try {
      reports.push(await testKernel(name, { timeout: PATIENCE, all: true }));
    } catch (error) {
      left.push({ name, why: error instanceof Error ? error.message : String(error) });
    }
  };
  await Promise.all(kernels.map(one));
  return { reports: reports.sort((a, b) => kernels.indexOf(a.name) - kernels.indexOf(b.name)), left };
}

/** What failed, a line each. */
function failures(report: KernelReport): string[] {
  const failed = report.rows.filter(({ state }) => state === 'failed');
  return [...failed.map(({ group, name, note }) => `${report.name}: ${group} > ${name}: ${note}`), ...report.problems];
}

/** The kernel host's tests inside Debian's kernels in QEMU, one machine for each kernel at the same time. */
export const stage: {
  readonly name: string;
  run(options: { seconds: number; seed: number }): Promise<{ passed: number; failed: number; note: string }>;
} = {
  name: 'rig',
  async run() {
    const missing = missingPackages();
    if (missing.length > 0) {
      const failed = process.env.SKEP_NO_SKIP === '1' ? 1 : 0;
      return { passed: 0, failed, note: `skipped: needs ${missing.join(', ')}` };
    }
    const { reports, left } = await testAll();
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
