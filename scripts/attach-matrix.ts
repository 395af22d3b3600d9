import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MatrixRow } from '../packages/kernel/test/link/support/matrix.ts';

/** The parts of vitest's JSON report that are used here. */
interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly meta?: { readonly attach?: MatrixRow } }[];
  }[];
}

const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'docs/attach-matrix.md');

/** Runs the tests of attaching; the report says what each of them attached. */
function runTests(): Report {
  const folder = mkdtempSync(join(tmpdir(), 'skep-matrix-'));
  try {
    const file = join(folder, 'report.json');
    const args = ['vitest', 'run', 'packages/kernel/test/link', '--reporter=json', `--outputFile=${file}`];
    const { status } = spawnSync('npx', args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
    if (status !== 0) throw new Error('the tests of attaching fail: see npx vitest run packages/kernel/test/link');
    return JSON.parse(readFileSync(file, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function line({ name, type, through, refusal }: MatrixRow): string {
  const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  return `| \`${cell(name)}\` | ${type} | ${through} | ${refusal === undefined ? 'yes' : `no: ${cell(refusal)}`} |`;
}

const rows = runTests()
  .testResults.flatMap(({ assertionResults }) => assertionResults)
  .flatMap(({ status, meta }) => (status === 'passed' && meta?.attach !== undefined ? [meta.attach] : []))
  .sort((a, b) => (a.type < b.type ? -1 : a.type > b.type ? 1 : a.name < b.name ? -1 : 1));
const attached = rows.filter(({ refusal }) => refusal === undefined).length;

writeFileSync(
  target,
  `# What attaches in the kernel

Written by \`npm run attach-matrix\` from a run of the tests; do not edit. "yes" means: the program was attached, the test
caused the event it waits for, the count was exact (samples and most iterators: more than none), and after detaching
nothing more was counted. A bpf_link ends with
its process; an attachment without one outlives a process that is killed.

Linux ${release()}: ${attached} of ${rows.length} rows attach.

| Section | Program type | Attached through | Here |
|---|---|---|---|
${rows.map(line).join('\n')}
`,
);
process.stdout.write(`${attached} of ${rows.length} rows attach: ${target}\n`);
