import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { bundleTests, GUEST_ROOT, root } from './bundle.ts';
import type { Row } from './console.ts';
import type { CpioEntry } from './cpio.ts';
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
  /** Seconds of these until the tests began; absent where they did not. */
  readonly bootSeconds?: number;
}

/** How to test a kernel. */
export interface TestOptions {
  /** The machine is stopped after this many seconds. Default 300. */
  readonly timeout?: number;
  /** Runs the test files too that take an emulated machine long. */
  readonly all?: boolean;
  /** Ask for the newest version even where one is in the cache. */
  readonly update?: boolean;
}

const kernelTests = join(root, 'packages/kernel/test');

/** Test files that take an emulated machine long, and whose subject differs least from kernel to kernel. */
const slow = /^(events[\w-]*|same-as-vm|platform|xlated)\.test\.ts$/;

/** Test files of the kernel host, by the name without ending. */
async function testFiles(all: boolean): Promise<Map<string, string>> {
  const files = await readdir(kernelTests, { recursive: true });
  const tests = files.filter((file) => file.endsWith('.test.ts') && (all || !slow.test(file))).sort();
  return new Map(tests.map((file) => [basename(file, '.test.ts'), join(kernelTests, file)]));
}

/** Folders of the source tree whose files, but for TypeScript, the guest's tests read. */
const dataFolders = ['packages/kernel/test', 'packages/core/test/object', 'examples'];

/** Those files, as the guest has them. */
async function dataFiles(): Promise<CpioEntry[]> {
  const found = await Promise.all(
    dataFolders.map(async (folder) => {
      const members = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
      return members.filter((member) => member.isFile()).map(({ name, parentPath }) => join(parentPath, name));
    }),
  );
  const files = found.flat().filter((file) => !file.endsWith('.ts'));
  return Promise.all(
    files.map(async (file) => ({
      kind: 'file' as const,
      name: join(GUEST_ROOT, relative(root, file)).slice(1),
      data: await readFile(file),
    })),
  );
}

/**
 * Boots a kernel and runs the kernel host's tests and probes inside.
 * @throws Error where the kernel cannot be had; SKEP_NO_TOOL where a tool is missing.
 */
export async function testKernel(name: KernelName, options: TestOptions = {}): Promise<KernelReport> {
  const kernel = await fetchKernel(name, options.update === undefined ? {} : { update: options.update });
  const [bundle, files] = await Promise.all([bundleTests(await testFiles(options.all === true)), dataFiles()]);
  const folder = await mkdtemp(join(tmpdir(), 'skep-rig-'));
  try {
    const initramfs = join(folder, 'initramfs');
    await writeInitramfs(initramfs, kernel, bundle, files);
    const result = await boot({ image: kernel.image, initramfs, timeout: options.timeout ?? 300 });
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
      ...(start === undefined ? {} : { bootSeconds: start.uptime }),
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
