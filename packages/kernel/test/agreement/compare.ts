import { SkepError } from '../../../core/src/base/index.ts';
import {
  type Collection,
  type Host,
  type HostMap,
  loadCollection,
  type RunResult,
  vm,
} from '../../../core/src/host/index.ts';
import type { CollectionSpec } from '../../../core/src/object/index.ts';
import { packets } from './packets.ts';

/** The program of a file that packets are given to; others are reached by tail calls. */
const MAIN = 'run';
/** Packets between two looks at ring buffers, which shall not fill up. */
const BATCH = 200;

/** How far a comparison is to go. */
export interface ComparisonOptions {
  readonly seed: number;
  readonly packets: number;
  readonly until?: number;
}

/** What a comparison found. */
export interface Comparison {
  readonly packets: number;
  /** The first difference, in words; undefined where there is none. */
  readonly difference: string | undefined;
}

/**
 * Runs the program `run` of a collection in a new VM and in the kernel over the same packets: verdicts, packets, records
 * of ring buffers and, at the end, the contents of all maps are compared; per-CPU values by their sums.
 */
export function compareHosts(spec: CollectionSpec, linux: Host, options: ComparisonOptions): Comparison {
  const machine = vm({ cpus: 1 });
  using inVm = loadCollection(spec, machine);
  using inKernel = loadCollection(spec, linux);
  let done = 0;
  let difference: string | undefined;
  for (const packet of packets(options.seed, options.packets)) {
    if (options.until !== undefined && performance.now() > options.until) break;
    difference = compareRun(inVm, inKernel, packet);
    if (difference === undefined && done % BATCH === 0) difference = compareRecords(inVm, inKernel);
    if (difference !== undefined) {
      difference = `packet ${done} of seed ${options.seed}: ${difference}; ${Buffer.from(packet).toString('hex')}`;
      break;
    }
    done += 1;
  }
  difference ??= compareRecords(inVm, inKernel) ?? compareMaps(inVm, inKernel);
  machine.dispose();
  return { packets: done, difference };
}

function compareRun(inVm: Collection, inKernel: Collection, packet: Uint8Array): string | undefined {
  const expected = attempt(() => inKernel.programs[MAIN]?.run(packet));
  const found = attempt(() => inVm.programs[MAIN]?.run(packet, { asTestRun: true }));
  if (expected === undefined || found === undefined) return `there is no program ${MAIN}`;
  if (expected instanceof SkepError || found instanceof SkepError) return compareErrors(found, expected);
  if (found.code !== expected.code) return `${found.verdict} in the VM, ${expected.verdict} in the kernel`;
  if (Buffer.compare(found.data, expected.data) === 0) return undefined;
  const [here, there] = [found.data, expected.data].map((data) => Buffer.from(data).toString('hex'));
  return `packet ${here} from the VM, ${there} from the kernel`;
}

function attempt(run: () => RunResult | undefined): RunResult | SkepError | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof SkepError) return error;
    throw error;
  }
}

/** Packets that test runs do not take are refused by both. */
function compareErrors(found: RunResult | SkepError, expected: RunResult | SkepError): string | undefined {
  const [here, there] = [found, expected].map((one) => (one instanceof SkepError ? one.code : one.verdict));
  return here === there ? undefined : `${here} in the VM, ${there} in the kernel`;
}

function compareRecords(inVm: Collection, inKernel: Collection): string | undefined {
  for (const [name, { spec, map }] of Object.entries(inVm.maps)) {
    if (spec.type !== 'ringbuf') continue;
    const [here, there] = [map, inKernel.maps[name]?.map].map((one) => one?.drain().map(hex).join(' '));
    if (here !== there) return `records of ${name}: ${here} in the VM, ${there} in the kernel`;
  }
  return undefined;
}

function compareMaps(inVm: Collection, inKernel: Collection): string | undefined {
  for (const [name, { map }] of Object.entries(inVm.maps)) {
    const other = inKernel.maps[name]?.map;
    if (other === undefined) return `map ${name} is missing in the kernel`;
    const [here, there] = [map, other].map((one) => contents(one));
    if (here !== there) return `map ${name}: ${here} in the VM, ${there} in the kernel`;
  }
  return undefined;
}

/** Entries as text in the order of their keys; of a queue or stack in theirs, which empties it. */
function contents(map: HostMap): string {
  const { type, valueSize } = map.spec;
  if (type === 'queue' || type === 'stack') {
    const values: string[] = [];
    for (let value = map.pop(); value !== undefined; value = map.pop()) values.push(hex(value));
    return values.join(' ');
  }
  // Only programs and other maps are in these, or records that are gone.
  if (/prog_array|_of_maps|ringbuf|devmap|cpumap|bloom/.test(type)) return '';
  const entries: string[] = [];
  for (let key = map.nextKey(undefined); key !== undefined; key = map.nextKey(key)) {
    const value = map.lookup(key) ?? new Uint8Array(0);
    entries.push(`${hex(key)}=${hex(type.includes('percpu') ? sums(value, valueSize) : value)}`);
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
