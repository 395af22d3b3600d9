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

/**
 * Writes docs/attach-matrix.md:
 *
 *     npm run attach-matrix -- [--rig FILE]     FILE: npm run --silent test:kernel -- --kernel .. --json > FILE
 */
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

/** One kernel: what it is, and its rows. */
interface Column {
  readonly release: string;
  readonly rows: readonly MatrixRow[];
}

/** The kernels of a file that `npm run test:kernel -- --json` wrote, a line each. */
function readRig(file: string): Column[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  const reports = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as RigReport);
  return reports.map(({ release, rows }) => ({
    release,
    rows: rows.flatMap(({ attach, state }) => (attach === undefined || state !== 'passed' ? [] : [attach])),
  }));
}

/** The parts of the rig's report that are used here. */
interface RigReport {
  readonly release: string;
  readonly rows: readonly { readonly state: string; readonly attach?: MatrixRow }[];
}

const order = (a: MatrixRow, b: MatrixRow): number =>
  a.type < b.type ? -1 : a.type > b.type ? 1 : a.name < b.name ? -1 : Number(a.name > b.name);

const here: Column = {
  release: release(),
  rows: runTests()
    .testResults.flatMap(({ assertionResults }) => assertionResults)
    .flatMap(({ status, meta }) => (status === 'passed' && meta?.attach !== undefined ? [meta.attach] : [])),
};
const rig = process.argv[2] === '--rig' && process.argv[3] !== undefined ? readRig(process.argv[3]) : [];
const columns = [...rig, here];
const rows = new Map(columns.flatMap((column) => column.rows).map((row) => [`${row.type} ${row.name}`, row]));
const reasons = new Map<string, number>();

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** `yes`, the number of the note that says why not, or nothing where a kernel has no such test. */
function answer({ rows }: Column, { name, type }: MatrixRow): string {
  const row = rows.find((one) => one.name === name && one.type === type);
  if (row === undefined) return '';
  if (row.refusal === undefined) return 'yes';
  const note = reasons.get(row.refusal) ?? reasons.size + 1;
  reasons.set(row.refusal, note);
  return `no (${note})`;
}

const line = (row: MatrixRow): string =>
  `| \`${cell(row.name)}\` | ${row.type} | ${row.through} | ${columns.map((column) => answer(column, row)).join(' | ')} |`;
const table = [...rows.values()].sort(order).map(line);
const counts = columns.map(({ release, rows }) => {
  const attached = rows.filter(({ refusal }) => refusal === undefined).length;
  return `- Linux ${release}: ${attached} of ${rows.length} rows attach`;
});
const notes = [...reasons].map(([reason, note]) => `${note}. ${reason.replaceAll('\n', ' ')}`);

writeFileSync(
  target,
  `# What attaches in the kernel

Written by \`npm run attach-matrix\` from a run of the tests; do not edit. "yes" means: the program was attached, the test
caused the event it waits for, the count was exact (samples of \`perf_event\`: more than none), and after detaching
nothing more was counted. A bpf_link ends with its process; an attachment without one outlives a process that is killed,
and \`skep doctor --clean\` removes it. An empty cell: the kernel is too old, or what the test needs is not there.

${counts.join('\n')}

| Section | Program type | Attached through | ${columns.map(({ release }) => release).join(' | ')} |
|---|---|---|${columns.map(() => '---|').join('')}
${table.join('\n')}
${notes.length === 0 ? '' : `\nWhy not:\n\n${notes.join('\n')}\n`}`,
);
process.stdout.write(`${counts.join('\n')}\n${target}\n`);
