import { SkepError } from '../../../packages/core/src/base/index.ts';
import type { Collection, HostMap, RunResult } from '../../../packages/core/src/host/index.ts';
import type { ExampleCase } from './example-cases.ts';

/** One form of a program, loaded: plain TypeScript, the object in the VM or in the kernel, the twin in C. */
export interface Form {
  readonly name: string;
  readonly collection: Collection;
}

/** Packets between two looks at ring buffers, which shall not fill up. */
const BATCH = 200;

/**
 * Runs the same packets through all forms: verdicts, packets, records and, at the end, maps and variables must be those
 * of the first. Gives the number of packets and the first difference in words.
 */
export function agree(
  example: ExampleCase,
  forms: readonly Form[],
  packets: Iterable<Uint8Array>,
): { readonly packets: number; readonly difference: string | undefined } {
  let done = 0;
  for (const { collection } of forms) example.fill?.(collection);
  for (const packet of packets) {
    const difference =
      compare(forms, ({ collection }) => outcome(collection, example.program, packet)) ??
      (done % BATCH === 0 ? compare(forms, ({ collection }) => records(collection)) : undefined);
    if (difference !== undefined) {
      return { packets: done, difference: `packet ${done}: ${difference}; ${Buffer.from(packet).toString('hex')}` };
    }
    done += 1;
  }
  const difference =
    compare(forms, ({ collection }) => records(collection)) ??
    compare(forms, ({ collection }) => state(collection, forms[0]?.collection ?? collection, example));
  return { packets: done, difference };
}

function compare(forms: readonly Form[], textOf: (form: Form) => string): string | undefined {
  const [first, ...rest] = forms;
  if (first === undefined) return undefined;
  const expected = textOf(first);
  for (const form of rest) {
    const found = textOf(form);
    if (found !== expected) return difference(first, expected, form, found);
  }
  return undefined;
}

/** Verdict and packet, or the code of the error: packets that test runs do not take are refused by all. */
function outcome(collection: Collection, program: string, packet: Uint8Array): string {
  try {
    const result: RunResult | undefined = collection.programs[program]?.run(packet, { asTestRun: true });
    return result === undefined ? `there is no program ${program}` : `${result.code} ${hex(result.data)}`;
  } catch (error) {
    if (error instanceof SkepError) return error.code;
    throw error;
  }
}

function records(collection: Collection): string {
  const buffers = Object.values(collection.maps).filter(({ spec }) => spec.type === 'ringbuf');
  return buffers.map(({ spec, map }) => `${spec.name}: ${map.drain().map(hex).join(' ')}`).join('; ');
}

/** All that programs leave behind: maps by their bytes, per-CPU values by their sums, and variables. */
function state(collection: Collection, first: Collection, example: ExampleCase): string {
  // The first is the object or the plain module; what it does not have is private to another form.
  const names = Object.keys(first.maps).filter((name) => !name.startsWith('.') && collection.maps[name] !== undefined);
  const maps = names.sort().flatMap((name) => {
    const map = collection.maps[name]?.map;
    return map === undefined ? [] : [`${name} ${contents(map, name, example)}`];
  });
  const variables = Object.entries(collection.globals).map(([name, handle]) => `${name} ${String(handle.get())}`);
  return [...maps, ...variables.sort()].join('; ');
}

function contents(map: HostMap, name: string, { times }: ExampleCase): string {
  const { type, valueSize } = map.spec;
  if (/prog_array|_of_maps|ringbuf|devmap|cpumap|bloom/.test(type)) return '';
  const entries: string[] = [];
  for (let key = map.nextKey(undefined); key !== undefined; key = map.nextKey(key)) {
    const value = Uint8Array.from(map.lookup(key) ?? []);
    if (times?.map === name) value.fill(0, times.offset, times.offset + times.length);
    const text = hex(type.includes('percpu') ? sums(value, valueSize) : value);
    if (!/^0*$/.test(text) || !type.includes('array')) entries.push(`${hex(key)}=${text}`);
  }
  return entries.sort().join(' ');
}

/** Per-CPU values, which are words of 64 bits here, added up. */
function sums(values: Uint8Array, size: number): Uint8Array {
  const words = size / 8;
  const sum = new BigUint64Array(words);
  const all = new DataView(values.buffer, values.byteOffset, values.byteLength);
  for (let index = 0; index < values.length / 8; index += 1) {
    sum[index % words] = (sum[index % words] ?? 0n) + all.getBigUint64(index * 8, true);
  }
  return new Uint8Array(sum.buffer);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** Two texts from a little before where they part. */
function difference(first: Form, expected: string, form: Form, found: string): string {
  let at = 0;
  while (at < expected.length && expected[at] === found[at]) at += 1;
  const from = Math.max(0, at - 40);
  const part = (text: string): string => `${from > 0 ? '..' : ''}${text.slice(from, from + 400)}`;
  return `${part(expected)} as ${first.name}, ${part(found)} as ${form.name}`;
}
