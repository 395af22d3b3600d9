import { SkepError } from '../base/errors.ts';
import { createMap } from '../maps/create-map.ts';
import type { BpfMap } from '../maps/map.ts';
import type { MapSpec } from '../object/map-spec.ts';
import type { ProgramSpec } from '../object/program-spec.ts';
import { createContext } from '../vm/contexts/index.ts';
import { Execution } from '../vm/execution.ts';
import { loadProgram } from '../vm/load.ts';
import { DEFAULT_BUDGET, DEFAULT_MEMORY_LIMIT, VirtualMachine } from '../vm/machine.ts';
import type { Feature, Host, HostMap, LoadEnvironment, ProbeResult, RunOptions, RunResult } from './host.ts';
import { VmDevices } from './vm-devices.ts';
import { VmMap, type VmMapHost } from './vm-map.ts';
import { VmPins } from './vm-pins.ts';
import { probeVm } from './vm-probe.ts';
import { type VmEnvironment, VmProgram } from './vm-program.ts';

/** How a VM is set up. */
export interface VmOptions {
  /** CPUs that per-CPU maps have values for, 1 to 1024. Default 1. */
  readonly cpus?: number;
  /** Start of the random numbers that programs see: the same seed gives the same run. Default 1. */
  readonly seed?: number;
  /** Bytes that maps, packets and stack may take together. Default 1 GiB. */
  readonly memoryLimit?: number;
  /**
   * Instructions that one run may execute before it is stopped with a fault. What helpers read, write and format
   * counts as well: one instruction for each full 64 bytes. Default 100 million, about a second.
   */
  readonly budget?: number;
  /** Nanoseconds that clock helpers give where a run does not say. Default: the monotonic clock of the process. */
  readonly clock?: () => bigint;
  /** Takes each line that programs print, beside the result of the run. */
  readonly print?: (line: string) => void;
}

/**
 * The embedded VM: runs programs of type xdp, sched_cls, socket_filter, cgroup_skb, cgroup_sock_addr and sk_lookup on
 * any system, without root.
 *
 *     const host = vm({ cpus: 4 });
 *     const collection = loadCollection(readCollection(bytes), host);
 *     collection.programs.firewall.run(packet).verdict;       // 'XDP_PASS'
 *
 * @throws SKEP_USAGE for options out of range.
 */
export function vm(options: VmOptions = {}): VmHost {
  return new VmHost(options);
}

/** The embedded VM as a host; {@link vm} makes one. */
export class VmHost implements Host {
  readonly name = 'vm';
  readonly #machine: VirtualMachine;
  readonly #environment: VmEnvironment;
  readonly #made = new Set<VmMap | VmProgram>();
  readonly pins: VmPins = new VmPins();
  readonly #maps: VmMapHost = {
    pin: (path, map) => this.pins.pin(path, map),
    keep: (map) => this.#keep(map),
    disposed: (map) => this.#made.delete(map),
  };

  constructor(options: VmOptions) {
    const { cpus = 1, seed = 1, budget = DEFAULT_BUDGET, memoryLimit = DEFAULT_MEMORY_LIMIT, clock, print } = options;
    checkRange('cpus', cpus, 1, 1024);
    checkRange('seed', seed, -(2 ** 31), 2 ** 32 - 1);
    checkRange('budget', budget, 1, Number.MAX_SAFE_INTEGER);
    this.#machine = new VirtualMachine({ cpus, seed, memoryLimit, budget });
    if (print !== undefined) this.#machine.print = print;
    this.#environment = {
      execution: new Execution(this.#machine),
      devices: new VmDevices(),
      disposed: (program) => this.#made.delete(program),
      ...(clock === undefined ? {} : { clock }),
    };
  }

  /** Number of CPUs. */
  get cpus(): number {
    return this.#machine.cpus;
  }
  /** Its memory, maps and random numbers: what a host is built on that runs programs in another way. */
  get machine(): VirtualMachine {
    return this.#machine;
  }
  /** Bytes that maps, packets and stack take now. */
  get memoryUsed(): number {
    return this.#machine.memory.used;
  }

  probe(feature: Feature): ProbeResult {
    return probeVm(feature);
  }

  createMap(spec: MapSpec, inner?: HostMap): VmMap {
    const machine = this.#machine;
    const map = createMap(withBuffers(spec, machine.cpus), {
      memory: machine.memory,
      cpus: machine.cpus,
      mapByHandle: (handle) => machine.mapByHandle(handle),
      inner: inner instanceof VmMap ? inner.map : undefined,
      released: (released) => machine.removeMap(released),
    });
    machine.addMap(map);
    const cpus = spec.type.includes('percpu') ? machine.cpus : 1;
    return this.#keep(new VmMap(spec, map, cpus, this.#maps));
  }

  loadProgram(spec: ProgramSpec, environment: LoadEnvironment): VmProgram {
    const maps = new Set<BpfMap>();
    const use = (name: string): VmMap => {
      const found = findMap(environment, name);
      maps.add(found.map);
      return found;
    };
    const program = loadProgram(spec, {
      license: environment.license,
      mapHandle: (name) => use(name).map.handle,
      mapValue: (name, offset) => this.#valueAddress(use(name), offset),
    });
    const context = createContext(spec.type, this.#machine.memory, spec.attachType);
    if (context === undefined) throw new Error(`type ${spec.type} has no context`);
    return this.#keep(new VmProgram({ spec, program, context, maps }, this.#environment));
  }

  /**
   * Lets a packet arrive at a virtual device: it meets the XDP program attached there and, where that passes it on,
   * the sched_cls program. Gives the results in order, none where nothing is attached.
   * @throws SKEP_FAULT, SKEP_BAD_PACKET.
   */
  receive(device: string, packet: Uint8Array, options: RunOptions = {}): RunResult[] {
    const { ifindex, programs } = this.#environment.devices.programsAt(device);
    const results: RunResult[] = [];
    let data = packet;
    for (const program of programs) {
      const result = program.run(data, { ifindex, ...options });
      results.push(result);
      if (result.verdict !== 'XDP_PASS') break;
      data = result.data;
    }
    return results;
  }

  dispose(): void {
    // Programs first: maps that they hold stay until the last holder lets go.
    for (const made of this.#made) if (made instanceof VmProgram) made.dispose();
    for (const made of this.#made) made.dispose();
  }
  [Symbol.dispose](): void {
    this.dispose();
  }

  #keep<T extends VmMap | VmProgram>(made: T): T {
    this.#made.add(made);
    return made;
  }

  /** Address of byte `offset` of the value under key 0. */
  #valueAddress({ map, spec }: VmMap, offset: number): number {
    const { memory } = this.#machine;
    const key = memory.allocate(Math.max(4, spec.keySize), 'key');
    const address = spec.type === 'array' ? map.lookup(key, 0) : 0;
    memory.free(key);
    if (address === 0 || offset < 0 || offset >= spec.valueSize) {
      throw new SkepError('SKEP_BAD_PROGRAM', `the program refers to byte ${offset} of map ${spec.name}`, {
        reason:
          spec.type === 'array' ? `its values have ${spec.valueSize} bytes` : 'only values of arrays have an address',
        errno: 'EINVAL',
      });
    }
    return address + offset;
  }
}

function findMap({ maps }: LoadEnvironment, name: string): VmMap {
  const map = maps.get(name);
  if (map instanceof VmMap) return map;
  throw new SkepError('SKEP_BAD_PROGRAM', `the program uses map ${name}, which is not there`, {
    reason: map === undefined ? 'its collection has no such map' : 'that map belongs to another host',
  });
}

function checkRange(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new SkepError('SKEP_USAGE', `${name} ${value} is out of range`, {
    reason: `it is an integer from ${least} to ${most}`,
  });
}

/** A perf event array that does not say how many buffers it has gets one for each CPU, as loaders give it. */
function withBuffers(spec: MapSpec, cpus: number): MapSpec {
  return spec.type === 'perf_event_array' && spec.maxEntries === 0 ? { ...spec, maxEntries: cpus } : spec;
}
