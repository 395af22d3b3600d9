import { escapeControls } from '@skep/core/base';
import { formatValue } from '@skep/core/btf';
import type { Collection } from '@skep/core/host';
import type { Style } from '../terminal/style.ts';
import { type Column, formatTable } from '../terminal/table.ts';
import { mapRows } from './map-rows.ts';
import type { Kept, Redirect, Report } from './report.ts';
import { isResult } from './report-json.ts';

/** How a report is written as text. */
export interface TextOptions {
  readonly style: Style;
  /** Rows of a table, events and printk lines that are shown; the rest is counted. */
  readonly rows: number;
}

/** The report as lines of text: packets, verdicts, what the maps hold, events and printed lines. */
export function reportText(report: Report, options: TextOptions): string {
  return joinParts([
    headline(report, options),
    verdicts(report, options),
    redirects(report, options),
    ...mapParts(report.collection, options),
    events(report, options),
    lines('printk', report.printk, escapeControls, options),
  ]);
}

/** Parts with an empty line between them; empty ones are left out. */
export function joinParts(parts: readonly (readonly string[])[]): string {
  return parts
    .filter((part) => part.length > 0)
    .map((part) => `${part.join('\n')}\n`)
    .join('\n');
}

function headline({ program, type, packets }: Report, { style }: TextOptions): string[] {
  return [`${style.bold(escapeControls(program))} (${type}): ${count(packets, 'packet')}`];
}

function verdicts(report: Report, options: TextOptions): string[] {
  const { style } = options;
  const all: (readonly [string, number])[] = [...report.verdicts].sort(([, a], [, b]) => b - a);
  if (report.faults.count > 0) all.push(['fault', report.faults.count]);
  if (all.length === 0) return [];
  const columns: Column[] = [
    { title: 'verdict', align: 'left' },
    { title: 'packets', align: 'right' },
    { title: '', align: 'right' },
  ];
  // A socket filter gives lengths: there may be thousands.
  const shown = all.slice(0, options.rows);
  const [titles = '', ...rows] = formatTable(
    columns,
    shown.map(([name, packets]) => [name, String(packets), percent(packets, report.packets)]),
  );
  return [
    style.dim(titles),
    ...rows.map((row, index) => verdictMark(shown[index]?.[0] ?? '', style)(row)),
    ...more(all.length - shown.length, options),
  ];
}

function verdictMark(verdict: string, style: Style): (text: string) => string {
  if (/DROP|SHOT|ABORTED|^0$|fault/.test(verdict)) return style.bad;
  return /PASS|_OK/.test(verdict) ? style.good : (text) => text;
}

function percent(part: number, whole: number): string {
  return `${((part / whole) * 100).toFixed(1)} %`;
}

function redirects({ redirects }: Report, options: TextOptions): string[] {
  if (redirects.size === 0) return [];
  const rows = [...redirects.values()].sort((a, b) => b.packets - a.packets);
  return table(
    'redirects',
    [
      { title: 'to', align: 'left' },
      { title: 'packets', align: 'right' },
    ],
    rows.map(({ redirect, packets }) => [redirectText(redirect), String(packets)]),
    options,
  );
}

function redirectText(redirect: Redirect): string {
  if (redirect.kind === 'map') return `${redirect.map}[${redirect.key}]`;
  return `interface ${redirect.ifindex}${redirect.ingress ? ' ingress' : ''}`;
}

/** A table for each map that holds results. */
export function mapParts({ maps }: Collection, options: TextOptions): string[][] {
  return Object.entries(maps)
    .filter(([, handle]) => isResult(handle))
    .map(([name, handle]) => {
      const { columns, rows } = mapRows(handle);
      const { type, origin } = handle.spec;
      const kind = origin === 'maps' ? `map ${name} (${type}` : `variables ${name} (`;
      const cpus = handle.map.cpus > 1 && type.includes('percpu') ? `, sum of ${handle.map.cpus} CPUs` : '';
      const size = count(rows.length, origin === 'maps' ? 'entry' : 'variable');
      const title = `${kind}${origin === 'maps' ? ', ' : ''}${size}${cpus})`;
      return rows.length === 0 ? [heading(title, options)] : table(title, columns, rows, options);
    });
}

function events({ events }: Report, options: TextOptions): string[] {
  const width = Math.max(0, ...events.items.slice(0, options.rows).map(({ map }) => map.length));
  return lines(
    'events',
    events,
    ({ map, value }) => `${escapeControls(map.padEnd(width))}  ${escapeControls(formatValue(value))}`,
    options,
  );
}

function lines<T>(title: string, kept: Kept<T>, format: (item: T) => string, options: TextOptions): string[] {
  if (kept.count === 0) return [];
  const shown = kept.items.slice(0, options.rows).map((item) => `  ${format(item)}`);
  return [heading(`${title} (${kept.count})`, options), ...shown, ...more(kept.count - shown.length, options)];
}

function table(
  title: string,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  options: TextOptions,
): string[] {
  const [titles = '', ...body] = formatTable(columns, rows.slice(0, options.rows));
  return [
    heading(title, options),
    `  ${options.style.dim(titles)}`,
    ...body.map((line) => `  ${line}`),
    ...more(rows.length - body.length, options),
  ];
}

function heading(title: string, { style }: TextOptions): string {
  return style.bold(escapeControls(title));
}

function more(hidden: number, { style }: TextOptions): string[] {
  return hidden > 0 ? [style.dim(`  ... and ${hidden} more`)] : [];
}

/** `1 packet`, `2 packets`. */
export function count(number: number, noun: string): string {
  if (number === 1) return `1 ${noun}`;
  return `${number} ${noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`}`;
}
