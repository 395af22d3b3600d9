import { mapFlags } from '@skep/core/abi';
import { alignUp, SkepError } from '@skep/core/base';
import {
  type EntryBatch,
  type HostMap,
  type HostProgram,
  type MapEntry,
  type MapInfo,
  mapError,
  type RecordBatch,
} from '@skep/core/host';
import type { MapSpec } from '@skep/core/object';
import type { Attr } from '../bpf/attr.ts';
import type { Bpf } from '../bpf/bpf.ts';
import type { Command } from '../bpf/commands.gen.ts';
import { kernelError } from '../bpf/errors.ts';
import { MapRecords } from '../events/map-records.ts';
import { entriesOf, MapBatches } from './batch.ts';
import { pin } from './bpf-file-system.ts';
import { mapInfo, readMapInfo, specOfInfo } from './map-info.ts';
import { possibleCpus } from './possible-cpus.ts';
import { MappedValues } from './shared-values.ts';

const updateFlags = { any: 0, noexist: 1, exist: 2 } as const;
const perCpuTypes = new Set(['percpu_hash', 'percpu_array', 'lru_percpu_hash', 'percpu_cgroup_storage']);

const ENOENT = -2;
/** Steps from key to key beyond twice the number of entries. */
const MORE_STEPS = 1024;
/** Refusals that mean the same for every map and host: EEXIST, E2BIG and ENOSPC. */
const sameAsVm: ReadonlySet<number> = new Set([-17, -7, -28]);

/** Bytes of one value as bpf(2) moves it: per-CPU values stand side by side, each rounded up to 8 bytes. */
function transferSize(spec: MapSpec, cpus: number): number {
  return perCpuTypes.has(spec.type) ? alignUp(spec.valueSize, 8) * cpus : spec.valueSize;
}

/** The index that a key of an array is. */
function indexOf(key: Uint8Array): number {
  return new DataView(key.buffer, key.byteOffset, 4).getUint32(0, true);
}

/** A map in the kernel, by its descriptor. One element operation is one system call with reused attributes. */
export class KernelMap implements HostMap {
  readonly spec: MapSpec;
  readonly cpus: number;
  readonly #descriptor: number;
  readonly #bpf: Bpf;
  readonly #key: Uint8Array;
  readonly #value: Uint8Array;
  /** Key and value of look-ups: no flags. */
  readonly #element: Attr<'map_element'>;
  /** Key and value of updates, with flags. */
  readonly #change: Attr<'map_element'>;
  /** Key alone: the kernel refuses a value where it deletes. */
  readonly #entry: Attr<'map_element'>;
  readonly #batches: MapBatches;
  onDispose: () => void = () => {};
  #frozen = false;
  #disposed = false;
  /** False where the values cannot be mapped; undefined before it was tried. */
  #shared: MappedValues | false | undefined;
  readonly #records: MapRecords;

  constructor(bpf: Bpf, spec: MapSpec, descriptor: number) {
    this.spec = spec;
    this.#descriptor = descriptor;
    this.cpus = perCpuTypes.has(spec.type) ? possibleCpus() : 1;
    this.#bpf = bpf;
    this.#records = new MapRecords(bpf, descriptor, spec);
    this.#key = new Uint8Array(spec.keySize);
    this.#value = new Uint8Array(transferSize(spec, this.cpus));
    this.#element = bpf.attr('map_element', { map_fd: descriptor, key: this.#key, value: this.#value });
    this.#change = bpf.attr('map_element', { map_fd: descriptor, key: this.#key, value: this.#value });
    this.#entry = bpf.attr('map_element', { map_fd: descriptor, key: this.#key });
    this.#batches = new MapBatches(bpf, spec, descriptor, this.#value.length, {
      update: (key, value) => this.update(key, value),
      delete: (key) => this.delete(key),
      error: (command, errno, verb) => this.#error(command, errno, verb),
    });
    if (spec.type !== 'array' || (spec.flags & mapFlags.BPF_F_MMAPABLE) === 0) this.#shared = false;
  }

  /** @throws SKEP_USAGE once it was disposed of: the number may be another file's by then. */
  get descriptor(): number {
    this.#checkAlive();
    return this.#descriptor;
  }

  lookup(key: Uint8Array): Uint8Array | undefined {
    const shared = this.#shared === false ? undefined : this.shared();
    if (shared === undefined || key.length !== 4) return this.#read('map_lookup_elem', key);
    const index = indexOf(key);
    return shared.has(index) ? shared.read(index, 0, this.spec.valueSize) : undefined;
  }

  /** Maps the values when first asked. */
  shared(): MappedValues | undefined {
    if (this.#shared === false) return undefined;
    this.#checkAlive();
    this.#shared ??= MappedValues.map(this.#bpf.ffi, this.#descriptor, this.spec) ?? false;
    return this.#shared === false ? undefined : this.#shared;
  }

  update(key: Uint8Array, value: Uint8Array, mode: keyof typeof updateFlags = 'any'): void {
    this.#write(key, value, updateFlags[mode]);
  }

  delete(key: Uint8Array): boolean {
    this.#checkAlive();
    this.#fill(this.#key, key, 'key');
    const result = this.#bpf.call('map_delete_elem', this.#entry);
    if (result < 0 && result !== ENOENT) throw this.#error('map_delete_elem', result, 'delete from');
    return result === 0;
  }

  nextKey(key: Uint8Array | undefined): Uint8Array | undefined {
    const next = new Uint8Array(this.spec.keySize);
    const attr = this.#bpf.attr('map_element', { map_fd: this.descriptor, key, next_key: next });
    const result = this.#bpf.call('map_get_next_key', attr);
    if (result === ENOENT) return undefined;
    if (result < 0) throw this.#error('map_get_next_key', result, 'iterate over');
    return next;
  }

  /** In batches where the kernel has them, otherwise one by one; one that vanishes between key and value is left out. */
  *entries(): Generator<MapEntry> {
    for (const batch of this.entryBatches()) yield* entriesOf(batch);
  }

  *entryBatches(): Generator<EntryBatch> {
    this.#checkAlive();
    if (yield* this.#batches.read('map_lookup_batch')) return;
    for (const keys of this.#keys()) {
      const values = this.lookup(keys);
      if (values !== undefined) yield { count: 1, keys, values };
    }
  }

  /**
   * All keys, each once, from one to the next. Where one is removed at that moment the kernel starts again with the
   * first; in a map whose entries go all the time that comes to an end as well.
   */
  #keys(): Iterable<Uint8Array> {
    const keys = new Map<string, Uint8Array>();
    let steps = 2 * this.spec.maxEntries + MORE_STEPS;
    for (let key = this.nextKey(undefined); key !== undefined && steps > 0; key = this.nextKey(key), steps -= 1) {
      keys.set(Buffer.from(key).toString('latin1'), key);
    }
    return keys.values();
  }

  updateMany(entries: Iterable<MapEntry>): void {
    this.#checkAlive();
    this.#batches.update(entries);
  }

  deleteMany(keys: Iterable<Uint8Array>): number {
    this.#checkAlive();
    return this.#batches.delete(keys);
  }

  takeAll(): MapEntry[] {
    this.#checkAlive();
    const taken: MapEntry[] = [];
    const batches = this.#batches.read('map_lookup_and_delete_batch');
    let step = batches.next();
    for (; !step.done; step = batches.next()) taken.push(...entriesOf(step.value));
    if (step.value) return taken;
    for (const [key] of [...this.entries()]) {
      const value = this.#takeOne(key);
      if (value !== undefined) taken.push([key, value]);
    }
    return taken;
  }

  /** Hashes have the command since Linux 5.14; elsewhere a program may write between the look-up and the removal. */
  #takeOne(key: Uint8Array): Uint8Array | undefined {
    this.#fill(this.#key, key, 'key');
    const result = this.#bpf.call('map_lookup_and_delete_elem', this.#element);
    if (result >= 0) return this.#value.slice();
    if (result === ENOENT) return undefined;
    const value = this.lookup(key);
    return value !== undefined && this.delete(key) ? value : undefined;
  }

  /** The kernel tells the number of the map there (Linux 4.14); one that goes at that moment is none. */
  innerMap(key: Uint8Array): KernelMap | undefined {
    const id = this.#read('map_lookup_elem', key);
    if (id === undefined) return undefined;
    const attr = this.#bpf.attr('get_id', { map_id: indexOf(id) });
    const descriptor = this.#bpf.call('map_get_fd_by_id', attr);
    if (descriptor === ENOENT) return undefined;
    if (descriptor < 0) throw this.#error('map_get_fd_by_id', descriptor, 'open what is in');
    return new KernelMap(this.#bpf, specOfInfo(readMapInfo(this.#bpf, descriptor)), descriptor);
  }

  contains(value: Uint8Array): boolean {
    this.#checkAlive();
    this.#fill(this.#value, value, 'value');
    const result = this.#bpf.call('map_lookup_elem', this.#element);
    if (result < 0 && result !== ENOENT) throw this.#error('map_lookup_elem', result, 'look up in');
    return result >= 0;
  }

  updateReference(key: Uint8Array, target: HostMap | HostProgram, before: Uint8Array = new Uint8Array(0)): void {
    if (!('descriptor' in target) || typeof target.descriptor !== 'number') {
      throw new SkepError('SKEP_BAD_VALUE', `what goes into map ${this.spec.name} lives on another host`);
    }
    const value = new Uint8Array(before.length + 4);
    value.set(before);
    new DataView(value.buffer).setUint32(before.length, target.descriptor, true);
    this.#write(key, value, updateFlags.any);
  }

  push(value: Uint8Array): void {
    this.#checkAlive();
    if (this.spec.type === 'user_ringbuf') this.#records.push(value);
    else this.#write(new Uint8Array(0), value, updateFlags.any);
  }
  pop(): Uint8Array | undefined {
    return this.#read('map_lookup_and_delete_elem', new Uint8Array(0));
  }
  peek(): Uint8Array | undefined {
    return this.#read('map_lookup_elem', new Uint8Array(0));
  }

  drain(): Uint8Array[] {
    this.#checkAlive();
    return this.#records.drain();
  }
  take(most: number): RecordBatch {
    this.#checkAlive();
    return this.#records.take(most);
  }
  get lost(): number | undefined {
    return this.#records.lost;
  }
  watch(wake: () => void, every = 0): () => void {
    this.#checkAlive();
    return this.#records.watch(wake, every);
  }
  /** Lets programs send from now on: a perf event array takes nothing before. */
  receive(): void {
    this.#records.receive();
  }

  /** A mapping that can write stands in the way: it goes, and comes back for reading only. */
  freeze(): void {
    this.#unmapValues();
    const result = this.#bpf.call('map_freeze', this.#bpf.attr('map_element', { map_fd: this.descriptor }));
    if (result < 0) throw this.#error('map_freeze', result, 'freeze');
    this.#frozen = true;
  }

  pin(path: string): void {
    pin(this.#bpf, this.descriptor, path, `map ${this.spec.name}`);
  }

  info(): MapInfo {
    return mapInfo(this.#bpf, this.descriptor);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#unmapValues();
    this.#disposed = true;
    this.#records.dispose();
    this.#bpf.close(this.#descriptor);
    this.onDispose();
  }

  #unmapValues(): void {
    if (this.#shared === false || this.#shared === undefined) return;
    this.#shared.dispose();
    this.#shared = undefined;
  }

  #checkAlive(): void {
    if (!this.#disposed) return;
    throw new SkepError('SKEP_USAGE', `map ${this.spec.name} was disposed of`, {
      remedy: 'use it before its collection ends, or pin it and open it again',
    });
  }

  #fill(buffer: Uint8Array, bytes: Uint8Array, what: string): void {
    if (bytes.length !== buffer.length) {
      throw new SkepError('SKEP_BAD_VALUE', `the ${what} for map ${this.spec.name} has ${bytes.length} bytes`, {
        reason: `it takes ${buffer.length}`,
      });
    }
    buffer.set(bytes);
  }

  #read(command: 'map_lookup_elem' | 'map_lookup_and_delete_elem', key: Uint8Array): Uint8Array | undefined {
    this.#checkAlive();
    this.#fill(this.#key, key, 'key');
    const result = this.#bpf.call(command, this.#element);
    if (result === ENOENT) return undefined;
    if (result < 0) throw this.#error(command, result, 'look up in');
    return this.#value.slice();
  }

  #write(key: Uint8Array, value: Uint8Array, flags: number): void {
    this.#checkAlive();
    this.#fill(this.#key, key, 'key');
    this.#fill(this.#value, value, 'value');
    this.#change.set('flags', flags);
    const result = this.#bpf.call('map_update_elem', this.#change);
    if (result < 0) throw this.#error('map_update_elem', result, 'write to');
  }

  #error(command: Command, errno: number, verb: string): SkepError {
    const { name, type, maxEntries } = this.spec;
    if (sameAsVm.has(errno)) return mapError(this.spec, `${verb} it`, errno);
    const what = `cannot ${verb} map ${name} (${type}, ${maxEntries} entries)`;
    if (!this.#frozen) return kernelError(command, errno, what);
    const reason = 'the map is frozen: its contents are constants once the program is loaded';
    return kernelError(command, errno, what, {
      code: 'SKEP_MAP_REFUSED',
      reason,
      remedy: 'set the value before loading',
    });
  }
}
