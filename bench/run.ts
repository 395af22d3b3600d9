/**
 * Runs benchmarks: `npm run bench -- [NAME ...] [--json]`. Without a name all of them. `--json` prints a line a figure,
 * else a table. Exit status 1 where a figure misses its target.
 */
import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Bench, Figure } from './figure.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' } } });

async function findBenches(): Promise<Bench[]> {
  const files = readdirSync(import.meta.dirname).filter(
    (file) => file.endsWith('.ts') && !['run.ts', 'figure.ts'].includes(file),
  );
  const modules = await Promise.all(files.sort().map((file) => import(new URL(file, import.meta.url).href)));
  return modules.flatMap((module: { bench?: Bench }) => (module.bench === undefined ? [] : [module.bench]));
}

function number(value: number | undefined): string {
  if (value === undefined) return '-';
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(4)));
}

function row({ group, figure, ours, peer, peerName, unit, ratio, target, met }: Figure): string[] {
  const against = peer === undefined ? '' : `${peerName} ${number(peer)} (${number(ratio)}x)`;
  return [group, figure, number(ours), unit, against, target ?? '', met === undefined ? '' : met ? 'met' : 'MISSED'];
}

function printTable(rows: readonly string[][]): void {
  const widths = rows.reduce<number[]>((all, cells) => cells.map((c, i) => Math.max(all[i] ?? 0, c.length)), []);
  for (const cells of rows) {
    const line = cells.map((cell, i) => (i === 2 ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)));
    console.log(line.join('  ').trimEnd());
  }
}

const all = await findBenches();
const unknown = positionals.filter((name) => !all.some((bench) => bench.name === name));
if (unknown.length > 0) {
  console.error(`no such benchmark: ${unknown.join(', ')}; there are: ${all.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

let missed = false;
const rows: string[][] = [];
for (const bench of all) {
  if (positionals.length > 0 && !positionals.includes(bench.name)) continue;
  for (const figure of await bench.run()) {
    missed ||= figure.met === false;
    if (values.json) console.log(JSON.stringify({ bench: bench.name, ...figure }));
    else rows.push(row(figure));
  }
}
if (!values.json) printTable([['group', 'figure', 'ours', 'unit', 'peer', 'target', ''], ...rows]);
process.exitCode = missed ? 1 : 0;
