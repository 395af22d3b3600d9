import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleGuest } from './bundle.ts';
import type { Row } from './console.ts';
import { fetchKernel, type KernelName } from './debian-kernel.ts';
import { writeInitramfs } from './initramfs.ts';
import { boot } from './qemu.ts';

/** What one kernel said. */
export interface KernelReport {
  readonly name: KernelName;
  /** Version of the Debian package. */
  readonly version: string;
  /** `uname -r` inside; empty where the guest never spoke. */
  readonly release: string;
  readonly rows: readonly Row[];
  /** Why the run as a whole is not to be trusted: it did not end, or records were damaged. Empty where all is well. */
  readonly problems: readonly string[];
  /** Why this may not be the newest kernel of that name. */
  readonly note?: string;
  readonly seconds: number;
}

/** How to test a kernel. */
export interface TestOptions {
  /** The machine is stopped after this many seconds. Default 120. */
  readonly timeout?: number;
  /** Ask for the newest version even where one is in the cache. */
  readonly update?: boolean;
}

const kernelTests = fileURLToPath(new URL('../../kernel/test/', import.meta.url));

/** Tests of the kernel host that read no file of the source tree. */
const selfContained = /^(host-cases|link\/[^/]+)\.test\.ts$/;

/** Test files of the kernel host, by the name without ending. */
async function testFiles(): Promise<Map<string, string>> {
  const files = await readdir(kernelTests, { recursive: true });
  const tests = files.filter((file) => selfContained.test(file)).sort();
  return new Map(tests.map((file) => [basename(file, '.test.ts'), join(kernelTests, file)]));
}

/**
 * Boots a kernel and runs the kernel host's tests and probes inside.
 * @throws Error where the kernel cannot be had; SKEP_NO_TOOL where a tool is missing.
 */
export async function testKernel(name: KernelName, options: TestOptions = {}): Promise<KernelReport> {
  const kernel = await fetchKernel(name, options.update === undefined ? {} : { update: options.update });
  const bundle = await bundleGuest(await testFiles());
  const folder = await mkdtemp(join(tmpdir(), 'skep-rig-'));
  try {
    const initramfs = join(folder, 'initramfs');
    await writeInitramfs(initramfs, kernel, bundle);
    const result = await boot({ image: kernel.image, initramfs, timeout: options.timeout ?? 120 });
    const rows = result.records.filter((record) => record.type === 'row');
    const start = result.records.find((record) => record.type === 'start');
    return {
      name,
      version: kernel.version,
      release: start?.release ?? '',
      rows,
      problems: problemsOf(result, rows.length),
      ...(kernel.note === undefined ? {} : { note: kernel.note }),
      seconds: result.seconds,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Lines of the console that are shown where a run did not end. */
const LOG_LINES = 30;

function problemsOf(result: Awaited<ReturnType<typeof boot>>, rows: number): string[] {
  const end = result.records.find((record) => record.type === 'end');
  const problems: string[] = [];
  if (result.timedOut) problems.push(`stopped after ${result.seconds.toFixed(0)} s`);
  if (result.damaged > 0) problems.push(`${result.damaged} records are damaged`);
  if (end === undefined) problems.push('the guest did not come to its end', ...result.log.slice(-LOG_LINES));
  else if (end.rows !== rows) problems.push(`${rows} of ${end.rows} rows arrived`);
  return problems;
}

/** Counts of a report: tests that passed and failed (a problem of the run is a failure), and features by answer. */
export function countRows(report: KernelReport): Record<Row['state'], number> {
  const counts = { passed: 0, failed: report.problems.length === 0 ? 0 : 1, skipped: 0, yes: 0, no: 0 };
  for (const { state } of report.rows) counts[state] += 1;
  return counts;
}
