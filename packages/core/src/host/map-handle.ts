import { SkepError } from '../base/errors.ts';
import type { Value } from '../btf/value.ts';
import type { MapSpec } from '../object/map-spec.ts';
import type { Input } from './codec.ts';
import type { HostMap, Link } from './host.ts';
import type { MapInfo } from './info.ts';
import type { MapCodecs } from './map-codecs.ts';

/**
 * A map of a collection, as userland sees it. Each kind of map has its own handle, which offers what that kind can do;
 * whatever it cannot do throws SKEP_NOT_SUPPORTED and says so. Values are copies.
 */
export abstract class MapHandle {
  readonly spec: MapSpec;
  /** The map on its host, by bytes. */
  readonly map: HostMap;
  /** How its keys and values are read and written. */
  readonly codecs: MapCodecs;

  constructor(map: HostMap, codecs: MapCodecs) {
    this.spec = map.spec;
    this.map = map;
    this.codecs = codecs;
  }

  get name(): string {
    return this.spec.name;
  }

  /** The value of a key. */
  get(_key: Input): unknown {
    return this.refuse('get');
  }
  /** Writes the value of a key. @throws SKEP_MAP_FULL, SKEP_MAP_REFUSED, SKEP_BAD_VALUE. */
  set(_key: Input, _value: unknown): void {
    this.refuse('set');
  }
  /** Removes an entry: true where there was one. */
  delete(_key: Input): boolean {
    return this.refuse('delete');
  }
  has(_key: Input): boolean {
    return this.refuse('has');
  }
  /** Reads, applies `change`, writes back. Not atomic against a running program. False where there is no entry. */
  update(_key: Input, _change: (value: Value, cpu: number) => Value): boolean {
    return this.refuse('update');
  }
  /** Writes many entries at once. @throws as `set`. */
  setMany(_entries: Iterable<readonly [key: Input, value: unknown]>): void {
    this.refuse('setMany');
  }
  /** Removes many keys at once, and gives how many entries there were. */
  deleteMany(_keys: Iterable<Input>): number {
    return this.refuse('deleteMany');
  }
  /** Removes all entries. */
  clear(): void {
    this.refuse('clear');
  }
  /** Removes all entries and gives them. */
  takeAll(): [key: Value, value: unknown][] {
    return this.refuse('takeAll');
  }
  /** The same as iterating over the handle. */
  entries(): IterableIterator<[key: Value, value: unknown]> {
    return this.refuse('entries');
  }
  keys(): Iterable<Value> {
    return this.refuse('keys');
  }
  values(): Iterable<unknown> {
    return this.refuse('values');
  }
  [Symbol.iterator](): Iterator<[key: Value, value: unknown]> {
    return this.refuse('entries');
  }
  /** The records that are there now. */
  drain(): Value[] {
    return this.refuse('drain');
  }
  [Symbol.asyncIterator](): AsyncIterator<Value> {
    return this.refuse('events');
  }
  /** Queue: adds at the end; stack: on top. @throws SKEP_MAP_FULL. */
  push(_value: Input): void {
    this.refuse('push');
  }
  pop(): Value | undefined {
    return this.refuse('pop');
  }
  peek(): Value | undefined {
    return this.refuse('peek');
  }
  /** Bloom filter: adds a value. */
  add(_value: Input): void {
    this.refuse('add');
  }
  /** Registers a struct of functions (struct_ops). Disposing the link takes it back. */
  attach(): Link {
    return this.refuse('attach');
  }
  /** Makes an inner map after the template and puts it under `key`. */
  create(_key: Input): MapHandle {
    return this.refuse('create');
  }

  /**
   * Keeps the map after its collection, under a path: in a kernel a file of a bpf file system, whose folders are made.
   * @throws SKEP_BUSY where the path is taken, SKEP_NOT_SUPPORTED, SKEP_NOT_PERMITTED.
   */
  pin(path: string): void {
    if (this.map.pin === undefined) this.refuse('pin');
    this.map.pin(path);
  }
  /** What the host tells of it. */
  info(): MapInfo {
    return this.map.info?.() ?? this.refuse('info');
  }

  /** Called after a program ran: wakes whoever waits for records. */
  wake(): void {}
  /** Called when its collection ends. */
  close(): void {}

  protected refuse(operation: string): never {
    throw new SkepError('SKEP_NOT_SUPPORTED', `map ${this.name} has no ${operation}`, {
      reason: `it is of type ${this.spec.type}`,
    });
  }
}
