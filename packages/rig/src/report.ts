import type { Row } from './console.ts';
import { countRows, type KernelReport } from './matrix.ts';

const words: Readonly<Record<Row['state'], string>> = {
  passed: 'ok',
  failed: 'FAILED',
  skipped: 'skipped',
  yes: 'yes',
  no: '-',
};

/** The matrix as text: a line for each row, a column for each kernel, then the reasons of what failed. */
export function formatMatrix(reports: readonly KernelReport[]): string {
  const groups = new Map<string, Set<string>>();
  for (const { group, name } of reports.flatMap((report) => report.rows)) {
    groups.set(group, (groups.get(group) ?? new Set()).add(name));
  }
  const width = 2 + Math.max(8, ...[...groups.values()].flatMap((names) => [...names].map((name) => name.length + 2)));
  const columns = reports.map(({ release, name }) => release || name);
  const line = (head: string, cells: readonly string[]) =>
    `${head.padEnd(width)}${cells.map((cell, at) => cell.padEnd((columns[at] ?? '').length + 2)).join('')}`.trimEnd();
  const lines = [line('', columns)];
  for (const [group, names] of groups) {
    lines.push('', group);
    for (const name of names)
      lines.push(
        line(
          `  ${name}`,
          reports.map((report) => cell(report, group, name)),
        ),
      );
  }
  const wrong = reports.flatMap(failures);
  return [...lines, ...(wrong.length === 0 ? [] : ['', ...wrong]), '', ...reports.map(summary)].join('\n');
}

function cell(report: KernelReport, group: string, name: string): string {
  const row = report.rows.find((row) => row.group === group && row.name === name);
  return row === undefined ? '' : words[row.state];
}

function failures(report: KernelReport): string[] {
  const failed = report.rows.filter(({ state }) => state === 'failed');
  const texts = failed.map(({ group, name, note }) => `${report.name}: ${group} > ${name}\n    ${indent(note ?? '')}`);
  return [...texts, ...(report.problems.length === 0 ? [] : [`${report.name}: ${indent(report.problems.join('\n'))}`])];
}

const indent = (text: string) => text.trim().replaceAll('\n', '\n    ');

/** One line: what ran, the counts and the time. */
export function summary(report: KernelReport): string {
  const { passed, failed, skipped, yes, no } = countRows(report);
  const boot = report.bootSeconds === undefined ? '' : `, ${report.bootSeconds.toFixed(1)} s of it to boot`;
  const tests = `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
  const what = `${report.name}: Linux ${report.release} (${report.version})`;
  return `${what}: ${tests}; ${yes} of ${yes + no} features; ${report.seconds.toFixed(1)} s${boot}${report.note === undefined ? '' : `\n  ${report.note}`}`;
}
