import { formatValue, type Value, type ValueRecord } from '@skep/core/btf';
import { type MapHandle, OuterTable, PerCpu, ProgramTable, QueueHandle } from '@skep/core/host';
import type { Column } from '../terminal/table.ts';

/** The entries of a map as rows of text, and how they came to be. */
export interface MapRows {
  readonly columns: readonly Column[];
  /** Biggest first. */
  readonly rows: readonly (readonly string[])[];
}

/** One entry before it is text. */
interface Entry {
  readonly key: Value | undefined;
  readonly value: Value;
}

/** The entries of a map that are not empty, as a table: a column for each field of keys and values that are structs. */
export function mapRows(handle: MapHandle): MapRows {
  return handle.spec.origin === 'maps' ? entryRows(handle) : variableRows(handle);
}

/** A data section: a row for each variable. */
function variableRows(handle: MapHandle): MapRows {
  const [section] = [...entriesOf(handle)];
  const variables = typeof section?.value === 'object' ? Object.entries(section.value) : [];
  return {
    columns: [
      { title: 'variable', align: 'left' },
      { title: 'value', align: variables.every(([, value]) => isNumber(value)) ? 'right' : 'left' },
    ],
    rows: variables.map(([name, value]) => [name, formatValue(value)]),
  };
}

function entryRows(handle: MapHandle): MapRows {
  const entries = [...entriesOf(handle)].filter(({ value }) => !indexed(handle) || !isZero(value));
  const keyFields = fieldsOf(entries.map(({ key }) => key));
  const valueFields = fieldsOf(entries.map(({ value }) => value));
  const cells = entries.map(({ key, value }) => [...cellsOf(key, keyFields), ...cellsOf(value, valueFields)]);
  const titles = [...titlesOf('key', keyFields), ...titlesOf('value', valueFields)];
  const columns = titles.map((title, index): Column => ({ title, align: alignOf(cells, index) }));
  const keyCount = keyFields?.length ?? 1;
  const shown = handle instanceof QueueHandle ? cells : cells.sort(biggestFirst(keyCount));
  const rows = shown.map((row) => row.map((cell) => (cell === undefined ? '' : formatValue(cell))));
  // A queue has no keys.
  const from = handle instanceof QueueHandle ? keyCount : 0;
  return { columns: columns.slice(from), rows: rows.map((row) => row.slice(from)) };
}

function* entriesOf(handle: MapHandle): Generator<Entry> {
  if (handle instanceof QueueHandle) {
    for (let value = handle.pop(); value !== undefined; value = handle.pop()) yield { key: undefined, value };
  } else if (handle instanceof OuterTable) {
    for (const [key, inner] of handle) yield { key, value: summary(inner) };
  } else if (handle instanceof ProgramTable) {
    for (const [key, program] of handle) yield { key, value: program.name };
  } else {
    for (const [key, value] of handle) {
      yield { key, value: value instanceof PerCpu ? (value.sum() ?? [...value]) : (value as Value) };
    }
  }
}

/** Inner maps are shown on one line. */
function summary(inner: MapHandle): Value {
  return [...entriesOf(inner)]
    .map(({ key, value }) => `${key === undefined ? '' : `${formatValue(key)} = `}${formatValue(value)}`)
    .join(', ');
}

function indexed({ spec }: MapHandle): boolean {
  return spec.type === 'array' || spec.type === 'percpu_array';
}

/** True for what an array holds before anybody writes to it. */
function isZero(value: Value): boolean {
  if (typeof value === 'object') return Object.values(value).every(isZero);
  return value === 0 || value === 0n || value === false || value === '' || /^[0.: ]*$/.test(String(value));
}

/** Names of the fields where all values are structs; undefined where they are something else. */
function fieldsOf(values: readonly (Value | undefined)[]): readonly string[] | undefined {
  const names = new Set<string>();
  for (const value of values) {
    if (!isRecord(value)) return undefined;
    for (const name of Object.keys(value)) names.add(name);
  }
  return names.size === 0 ? undefined : [...names];
}

function titlesOf(title: string, fields: readonly string[] | undefined): readonly string[] {
  return fields ?? [title];
}

function cellsOf(value: Value | undefined, fields: readonly string[] | undefined): (Value | undefined)[] {
  if (fields === undefined || !isRecord(value)) return [value];
  return fields.map((name) => value[name]);
}

function isRecord(value: Value | undefined): value is ValueRecord {
  return typeof value === 'object' && !Array.isArray(value);
}

function isNumber(value: Value | undefined): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function alignOf(cells: readonly (readonly (Value | undefined)[])[], index: number): Column['align'] {
  return cells.every((row) => isNumber(row[index])) ? 'right' : 'left';
}

/** By the first number behind the key, then by the next ones, then by key: the order in a hash says nothing. */
function biggestFirst(start: number) {
  return (a: readonly (Value | undefined)[], b: readonly (Value | undefined)[]): number => {
    for (let index = start; index < a.length; index++) {
      const [left, right] = [a[index], b[index]];
      if (isNumber(left) && isNumber(right) && left !== right) return left > right ? -1 : 1;
    }
    return compareKeys(a[0], b[0]);
  };
}

function compareKeys(a: Value | undefined, b: Value | undefined): number {
  if (isNumber(a) && isNumber(b)) return a < b ? -1 : a > b ? 1 : 0;
  const [left, right] = [String(a), String(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}
