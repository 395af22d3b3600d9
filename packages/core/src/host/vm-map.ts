import type { ProgramType } from '../abi/program-types.gen.ts';
import { SkepError } from '../base/errors.ts';
import { Errno } from '../maps/errno.ts';
import type { BpfMap, PushPopMap, RecordMap } from '../maps/map.ts';
import { PerfEventArrayMap } from '../maps/perf-event-array.ts';
import type { MapSpec } from '../object/map-spec.ts';
import type { HostMap, HostProgram, MapEntry } from './host.ts';
import type { MapInfo } from './info.ts';
import { mapError } from './map-error.ts';
import { VmProgram } from './vm-program.ts';

const { ENOENT } = Errno;
const updateFlags = { any: 0, noexist: 1, exist: 2 } as const;
const noKey = new Uint8Array(0);

/** Reference as maps of programs and maps hold it: a 32-bit number. */
function referenceBytes(number: number): Uint8Array {
  return Uint8Array.of(number, number >>> 8, number >>> 16, number >>> 24);
}

/** What a map asks of the VM that it is in. */
export interface VmMapHost {
  pin(path: string, map: VmMap): void;
  /** Takes one more map, to free it with the VM. */
  keep(map: VmMap): VmMap;
  /** Called once when a map is disposed of. */
  disposed(map: VmMap): void;
}

/** A map of the VM as user space sees it. */
export class VmMap implements HostMap {
  readonly spec: MapSpec;
  readonly cpus: number;
  readonly #map: BpfMap;
  readonly #host: VmMapHost;
  #isDisposed = false;
  #frozen = false;
  #programType: ProgramType | undefined;

  constructor(spec: MapSpec, map: BpfMap, cpus: number, host: VmMapHost) {
    this.spec = spec;
    this.#map = map;
    this.cpus = cpus;
    this.#host = host;
  }

  /** The map in the machine. @throws SKEP_USAGE once it was disposed of. */
  get map(): BpfMap {
    if (!this.#isDisposed) return this.#map;
    throw new SkepError('SKEP_USAGE', `map ${this.spec.name} was disposed of`, {
      remedy: 'use it before its collection ends',
    });
  }

  lookup(key: Uint8Array): Uint8Array | undefined {
    return this.map.get(key);
  }
  update(key: Uint8Array, value: Uint8Array, mode: 'any' | 'noexist' | 'exist' = 'any'): void {
    this.#check(this.map.set(key, value, updateFlags[mode]), 'update an entry');
  }
  delete(key: Uint8Array): boolean {
    const answer = this.map.remove(key);
    if (answer === ENOENT) return false;
    this.#check(answer, 'delete an entry');
    return true;
  }
  nextKey(key: Uint8Array | undefined): Uint8Array | undefined {
    return this.map.nextKey(key);
  }

  /** The keys are those from before: what follows one that is removed meanwhile is not asked for. */
  *entries(): Generator<MapEntry> {
    const keys: Uint8Array[] = [];
    for (let key = this.nextKey(undefined); key !== undefined; key = this.nextKey(key)) keys.push(key);
    for (const key of keys) {
      const value = this.lookup(key);
      if (value !== undefined) yield [key, value];
    }
  }
  updateMany(entries: Iterable<MapEntry>): void {
    for (const [key, value] of entries) this.update(key, value);
  }
  deleteMany(keys: Iterable<Uint8Array>): number {
    let removed = 0;
    for (const key of keys) if (this.delete(key)) removed += 1;
    return removed;
  }
  takeAll(): MapEntry[] {
    const entries = [...this.entries()];
    this.deleteMany(entries.map(([key]) => key));
    return entries;
  }

  updateReference(key: Uint8Array, target: HostMap | HostProgram, before?: Uint8Array): void {
    if (before !== undefined && before.length > 0) this.#refuse('hold a program beside its target');
    const number = this.spec.type === 'prog_array' ? this.#programNumber(target) : this.#mapHandle(target);
    this.#check(this.map.set(key, referenceBytes(number), 0), 'hold that reference');
  }

  push(value: Uint8Array): void {
    this.#check(this.map.set(noKey, value, 0), 'push');
  }
  pop(): Uint8Array | undefined {
    return 'take' in this.map ? (this.map as PushPopMap).take() : this.#refuse('pop');
  }
  peek(): Uint8Array | undefined {
    return 'take' in this.map ? this.map.get(noKey) : this.#refuse('peek');
  }

  drain(): Uint8Array[] {
    return 'consume' in this.map ? (this.map as RecordMap).consume() : this.#refuse('give records');
  }

  get lost(): number | undefined {
    return this.#map instanceof PerfEventArrayMap ? this.#map.lost : undefined;
  }

  freeze(): void {
    this.#check(this.map.freeze(), 'freeze');
    this.#frozen = true;
  }
  pin(path: string): void {
    this.#host.pin(path, this);
  }

  info(): MapInfo {
    const { name, type, keySize, valueSize, maxEntries, flags, mapExtra } = this.spec;
    const id = this.map.handle;
    return { id, name: name.slice(0, 15), type, keySize, valueSize, maxEntries, flags, mapExtra, frozen: this.#frozen };
  }

  /** The same map, held once more. */
  share(spec: MapSpec): VmMap {
    this.map.retain();
    return this.#host.keep(new VmMap(spec, this.#map, this.cpus, this.#host));
  }

  /** Gives its memory back, unless a map of maps still holds it. */
  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#host.disposed(this);
    this.#map.dispose();
  }

  #programNumber(target: HostMap | HostProgram): number {
    if (!(target instanceof VmProgram)) return this.#refuse('hold what is no program of this VM');
    // As in the kernel, the first program decides of which type all the others are.
    this.#programType ??= target.spec.type;
    if (target.spec.type !== this.#programType) {
      return this.#refuse(`hold a program of type ${target.spec.type} beside one of type ${this.#programType}`);
    }
    return target.number;
  }
  #mapHandle(target: HostMap | HostProgram): number {
    if (target instanceof VmMap) return target.map.handle;
    return this.#refuse('hold what is no map of this VM');
  }

  #check(answer: number, operation: string): void {
    if (answer < 0) throw mapError(this.spec, operation, answer);
  }
  #refuse(operation: string): never {
    throw new SkepError('SKEP_MAP_REFUSED', `map ${this.spec.name} of type ${this.spec.type} cannot ${operation}`, {
      errno: 'EINVAL',
    });
  }
}
