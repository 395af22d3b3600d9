import type { ProgramType } from '../../../src/abi/program-types.gen.ts';
import { ArrayMap } from '../../../src/maps/array.ts';
import { createMap } from '../../../src/maps/create-map.ts';
import type { BpfMap } from '../../../src/maps/map.ts';
import { PerfEventArrayMap } from '../../../src/maps/perf-event-array.ts';
import { RingBuffer } from '../../../src/maps/ring-buffer.ts';
import type { ProgramSpec, Reference } from '../../../src/object/program-spec.ts';
import type { Context, Redirect } from '../../../src/vm/contexts/context.ts';
import { createContext } from '../../../src/vm/contexts/index.ts';
import { Execution } from '../../../src/vm/execution.ts';
import { loadProgram } from '../../../src/vm/load.ts';
import { VirtualMachine } from '../../../src/vm/machine.ts';
import { assembleProgram, type CaseMap, hexOf, type KernelCase, type TestProgram } from './programs.ts';

/** What came of a run, as text where it is bytes. */
export interface Outcome {
  /** Return value, signed. */
  readonly result: number;
  /** The packet. */
  readonly data: string;
  /** What each map holds: `key=value` sorted, or records in order. */
  readonly maps: readonly (readonly string[])[];
}

/** Outcome in the VM with what only the VM tells. */
export interface VmOutcome extends Outcome {
  readonly printed: readonly string[];
  readonly redirect: Redirect | undefined;
  readonly verdict: string;
}

/** How to run in the VM. */
export interface VmSetting {
  readonly asTestRun?: boolean;
  /** Nanoseconds, as halves. */
  readonly time?: readonly [low: number, high: number];
  readonly cpu?: number;
  /** Absent: one that all cases share. */
  readonly execution?: Execution;
}

/** The definition that both sides make the map from. */
export function definitionOf(map: CaseMap, index: number) {
  const { type, keySize = 4, valueSize = 8, maxEntries = 4, flags = 0 } = map;
  return { name: `map${index}`, type, keySize, valueSize, maxEntries, flags, mapExtra: 0n };
}

function specOf(type: ProgramType, code: Uint8Array, references: readonly Reference[]): ProgramSpec {
  const nothing = { functions: [], lines: [], coreRelocations: [] };
  return { name: 'test', section: type, type, flags: 0, autoload: true, code, references, ...nothing };
}

function makeMaps(machine: VirtualMachine, maps: readonly CaseMap[]): BpfMap[] {
  return maps.map((item, index) => {
    const map = createMap(definitionOf(item, index), {
      memory: machine.memory,
      cpus: machine.cpus,
      mapByHandle: (handle) => machine.mapByHandle(handle),
    });
    machine.addMap(map);
    for (const { key, value } of item.contents ?? []) {
      if (map.set(key, value, 0) !== 0) throw new Error(`map ${index} does not take its contents`);
    }
    return map;
  });
}

/** A reference by the number that stands for it: handle, or address of the first value. */
function referencesOf({ maps: slots }: TestProgram, maps: readonly BpfMap[]): Reference[] {
  return slots.map(({ slot, map: index, offset }): Reference => {
    const map = maps[index];
    if (map === undefined) throw new Error(`the case has no map ${index}`);
    if (offset === undefined) return { kind: 'map', slot, map: String(map.handle) };
    if (!(map instanceof ArrayMap)) throw new Error(`map ${index} is no array`);
    return { kind: 'map-value', slot, map: String(map.values), offset };
  });
}

function contentsOf(map: BpfMap): string[] {
  if (map instanceof RingBuffer) return map.consume().map(hexOf);
  if (map instanceof PerfEventArrayMap) return map.drain().map(({ data }) => hexOf(data));
  if (map.definition.keySize === 0) return [];
  const entries: string[] = [];
  for (let key = map.nextKey(undefined); key !== undefined; key = map.nextKey(key)) {
    const value = map.get(key);
    if (value !== undefined) entries.push(`${hexOf(key)}=${hexOf(value.subarray(0, map.definition.valueSize))}`);
  }
  return entries.sort();
}

/** A machine for tests: two CPUs, 64 MiB. */
export function testMachine(): Execution {
  return new Execution(new VirtualMachine({ cpus: 2, seed: 1, memoryLimit: 2 ** 26, budget: 200_000_000 }));
}

/** Machines are costly to make: the cases share one and leave nothing behind. */
export const shared: Execution = testMachine();

/** Runs a case once, by default as the kernel's test run does. */
export function runInVm(item: KernelCase, setting: VmSetting = {}): VmOutcome {
  const { execution = shared } = setting;
  const { machine } = execution;
  const maps = makeMaps(machine, item.maps ?? []);
  const context = createContext(item.type, machine.memory);
  if (context === undefined) throw new Error(`no context for ${item.type}`);
  try {
    return runWith(item, setting, { execution, maps, context });
  } finally {
    context.dispose();
    for (const map of maps) {
      machine.removeMap(map);
      map.dispose();
    }
  }
}

interface Surroundings {
  readonly execution: Execution;
  readonly maps: readonly BpfMap[];
  readonly context: Context;
}

function runWith(item: KernelCase, setting: VmSetting, { execution, maps, context }: Surroundings): VmOutcome {
  const program = assembleProgram(item.text, item.callbacks);
  const printed: string[] = [];
  execution.machine.print = (line) => printed.push(line);
  const loaded = loadProgram(specOf(item.type, program.code, referencesOf(program, maps)), {
    license: 'GPL',
    mapHandle: Number,
    mapValue: (name, offset) => Number(name) + offset,
  });
  const { asTestRun = true, time = [0, 0], cpu = 0 } = setting;
  context.begin(item.packet, { ifindex: 1, rxQueue: 0, asTestRun });
  const code = execution.run(loaded, context, { cpu, timeLow: time[0], timeHigh: time[1] });
  return {
    result: code | 0,
    data: hexOf(context.data()),
    maps: maps.map(contentsOf),
    printed,
    redirect: context.isRedirect(code) ? context.redirect : undefined,
    verdict: context.verdict(code),
  };
}
