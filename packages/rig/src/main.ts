/**
 * Boots Debian's kernels in QEMU and runs the kernel host's tests inside.
 *
 *     npm run test:kernel -- [--kernel bookworm,backports,sid] [--json] [--update] [--timeout SECONDS]
 *
 * Exit status: 0 where every test passed, 1 where one failed, 2 for wrong usage, 3 where a tool is missing.
 */
import { parseArgs } from 'node:util';
import { type KernelName, kernelSources } from './debian-kernel.ts';
import { countRows, type KernelReport, testKernel } from './matrix.ts';
import { formatMatrix, summary } from './report.ts';
import { missingPackages } from './tools.ts';

const { values } = parseArgs({
  options: {
    kernel: { type: 'string', default: 'bookworm' },
    json: { type: 'boolean', default: false },
    update: { type: 'boolean', default: false },
    timeout: { type: 'string', default: '120' },
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

const reports: KernelReport[] = [];
const unavailable: string[] = [];
for (const name of names) {
  try {
    const report = await testKernel(name, { timeout, update: values.update });
    reports.push(report);
    console.error(summary(report));
  } catch (error) {
    unavailable.push(name);
    console.error(error instanceof Error ? error.message : String(error));
  }
}
if (values.json) for (const report of reports) console.log(JSON.stringify(report));
else console.log(formatMatrix(reports));
if (unavailable.length > 0) console.error(`not tested: ${unavailable.join(', ')}`);
process.exitCode = unavailable.length === 0 && reports.every((report) => countRows(report).failed === 0) ? 0 : 1;
