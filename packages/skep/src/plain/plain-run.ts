import type { BoundMap, Environment, ProgramParts, Space } from '@skep/bpf/runtime';
import { SkepError } from '@skep/core/base';
import { type HostMap, VmMap } from '@skep/core/host';
import type { BpfMap, RingBuffer } from '@skep/core/maps';
import type { VirtualMachine, XdpContext } from '@skep/core/vm';
import { type MapUser, VmBoundMap } from './bound-map.ts';
import { isMap, type ModuleExports } from './module-exports.ts';

/** Tail calls in one run (MAX_TAIL_CALL_CNT); the next one falls through. */
const MAX_TAIL_CALLS = 33;
const XDP_REDIRECT = 4;

/** Where in the maps of a load the variables of its module are. */
export interface VariablePlace {
  readonly map: string;
  readonly offset: number;
  readonly size: number;
}

/** What one run was started with. */
export interface RunState {
  readonly cpu: number;
  readonly time: bigint;
  readonly context: unknown;
  readonly print: (line: string) => void;
}

/**
 * What surrounds the programs of one load: the storage behind the maps and variables of the module, and the state of
 * the run that is under way.
 */
export class PlainRun implements Environment, MapUser {
  readonly machine: VirtualMachine;
  /** Records that the program has reserved and not given back. */
  readonly records: Map<number, RingBuffer> = new Map();
  readonly #exports: ModuleExports;
  readonly #places: ReadonlyMap<string, VariablePlace>;
  readonly #names = new Map<object, string>();
  readonly #bound = new Map<BpfMap, BoundMap>();
  readonly #ofSpecs = new Map<object, BoundMap>();
  readonly #spaces = new Map<object, Space>();
  readonly #allocated: number[] = [];
  #maps: ReadonlyMap<string, HostMap> = new Map();
  #state: RunState = { cpu: 0, time: 0n, context: undefined, print: () => undefined };
  #tailCalls = 0;

  constructor(machine: VirtualMachine, exports: ModuleExports, places: ReadonlyMap<string, VariablePlace>) {
    this.machine = machine;
    this.#exports = exports;
    this.#places = places;
    for (const [name, map] of exports.maps) this.#names.set(map, name);
    for (const [name, { spec }] of exports.variables) this.#names.set(spec, name);
  }

  /** Gives it the maps of its load. */
  use(maps: ReadonlyMap<string, HostMap>): void {
    this.#maps = maps;
  }

  /** Starts a run. */
  begin(state: RunState): void {
    this.#state = state;
    this.#tailCalls = 0;
  }

  /** Ends a run. @throws SKEP_FAULT where the program holds records still; they are given back. */
  end(): void {
    const held = this.records.size;
    for (const [at, ring] of this.records) ring.discard(at, 0);
    this.records.clear();
    if (held === 0) return;
    throw new SkepError('SKEP_FAULT', `the program ends with ${held} of the records it reserved in a ring buffer`, {
      remedy: 'submit or discard what reserve gave, on every path',
    });
  }

  /** Frees the memory that its maps use for calls. */
  dispose(): void {
    for (const address of this.#allocated.splice(0)) this.machine.memory.free(address);
    this.#bound.clear();
    this.#ofSpecs.clear();
    this.#spaces.clear();
  }

  get cpu(): number {
    return this.#state.cpu;
  }
  time(): bigint {
    return this.#state.time;
  }
  printk(line: string): void {
    this.#state.print(line);
  }

  map(spec: object): BoundMap {
    const known = this.#ofSpecs.get(spec);
    if (known !== undefined) return known;
    const name = this.#names.get(spec);
    const map = name === undefined ? undefined : this.#maps.get(name);
    if (!(map instanceof VmMap)) throw unknownSpec(isMap(spec) ? `a map of kind ${spec.kind}` : 'a map');
    const bound = this.bind(map.map);
    this.#ofSpecs.set(spec, bound);
    return bound;
  }

  /** A map of the machine, inner maps too. */
  bind(map: BpfMap): BoundMap {
    const known = this.#bound.get(map) ?? new VmBoundMap(map, this);
    this.#bound.set(map, known);
    return known;
  }

  variable(spec: object): Space {
    const known = this.#spaces.get(spec) ?? this.#spaceOf(spec);
    this.#spaces.set(spec, known);
    return known;
  }

  tailCall(_array: object, context: unknown, name: string): unknown {
    const program: ProgramParts | undefined = this.#exports.programs.get(name);
    if (program === undefined || this.#tailCalls >= MAX_TAIL_CALLS) return undefined;
    this.#tailCalls += 1;
    return (program.run as (context: unknown) => unknown)(context);
  }

  /** Sends the packet to an entry of a map. */
  redirect(map: string, key: number): number {
    const context = this.#state.context as Pick<XdpContext, 'redirect'>;
    context.redirect = { kind: 'map', map, key };
    return XDP_REDIRECT;
  }

  /** Memory that no program of the VM reaches, until it is disposed of. */
  allocate(size: number): number {
    const address = this.machine.memory.allocate(Math.max(8, size), 'keys and values');
    this.#allocated.push(address);
    return address;
  }

  #spaceOf(spec: object): Space {
    const name = this.#names.get(spec);
    const place = name === undefined ? undefined : this.#places.get(name);
    const map = place === undefined ? undefined : this.#maps.get(place.map);
    if (place === undefined || !(map instanceof VmMap)) throw unknownSpec('a variable');
    const zero = this.machine.memory.allocate(8, 'key');
    const address = map.map.lookup(zero, 0) + place.offset;
    this.machine.memory.free(zero);
    return new Window(this.machine, address, place.size);
  }
}

/** A part of the machine's memory that starts at 0. */
class Window implements Space {
  readonly #machine: VirtualMachine;
  readonly #at: number;
  readonly #size: number;
  #view: DataView = new DataView(new ArrayBuffer(0));
  #u8: Uint8Array = new Uint8Array(0);

  constructor(machine: VirtualMachine, at: number, size: number) {
    this.#machine = machine;
    this.#at = at;
    this.#size = size;
  }

  get view(): DataView {
    this.#follow();
    return this.#view;
  }
  get u8(): Uint8Array {
    this.#follow();
    return this.#u8;
  }

  /** The memory of the machine is another buffer after it grew. */
  #follow(): void {
    const { buffer } = this.#machine.memory.u8;
    if (this.#u8.buffer === buffer) return;
    this.#view = new DataView(buffer, this.#at, this.#size);
    this.#u8 = new Uint8Array(buffer, this.#at, this.#size);
  }
}

function unknownSpec(what: string): SkepError {
  return new SkepError('SKEP_NO_SUCH_NAME', `a program uses ${what} that its module does not export`, {
    remedy: 'export it: as plain TypeScript only exports are bound to a load',
  });
}
