/**
 * Boots Debian's kernels in QEMU and runs the kernel host's tests inside.
 *
 *     npm run test:kernel -- [--kernel bookworm,backports,sid] [--all] [--json] [--page FILE] [--update] [--timeout SECONDS]
 *
 * Exit status: 0 where every test passed, 1 where one failed, 2 for wrong usage, 3 where a tool is missing.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type KernelName, kernelSources } from './debian-kernel.ts';
import { countRows, type KernelReport, testKernel } from './matrix.ts';
import { formatPage } from './page.ts';
import { formatMatrix, summary } from './report.ts';
import { missingPackages } from './tools.ts';

const { values } = parseArgs({
  options: {
    kernel: { type: 'string', default: 'bookworm' },
    all: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    page: { type: 'string' },
    update: { type: 'boolean', default: false },
    timeout: { type: 'string', default: '300' },
  },
});

function fail(status: number, text: string): never {
  console.error(text);
  process.exit(status);
}

function isKernel(name: string): name is KernelName {
  return Object.hasOwn(kernelSources, name);
}

const names = values.kernel.split(',').map((name) => {
  return isKernel(name) ? name : fail(2, `no kernel ${name}; there are: ${Object.keys(kernelSources).join(', ')}`);
});
const timeout = Number(values.timeout);
if (!(timeout > 0)) fail(2, `--timeout must be a positive number, not ${values.timeout}`);
const missing = missingPackages();
if (missing.length > 0) fail(3, `needs what is missing here: ${missing.join(', ')}`);

/** The report of a kernel; undefined where it could not be tested, after saying why. */
async function test(name: KernelName): Promise<KernelReport | undefined> {
  try {
    const report = await testKernel(name, { timeout, update: values.update, all: values.all });
    console.error(summary(report));
    return report;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

// All at once: three machines share two processors better than two of them and then one.
const results = await Promise.all(names.map(test));
const reports = results.filter((report) => report !== undefined);
const unavailable = names.filter((_, at) => results[at] === undefined);
if (values.json) for (const report of reports) console.log(JSON.stringify(report));
else console.log(formatMatrix(reports));
if (values.page !== undefined) writeFileSync(values.page, formatPage(reports));
if (unavailable.length > 0) console.error(`not tested: ${unavailable.join(', ')}`);
process.exitCode = unavailable.length === 0 && reports.every((report) => countRows(report).failed === 0) ? 0 : 1;
