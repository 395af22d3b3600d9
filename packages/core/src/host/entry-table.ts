import type { Value } from '../btf/value.ts';
import type { Codec, Input } from './codec.ts';
import type { EntryBatch, MapEntry } from './host.ts';
import { MapHandle } from './map-handle.ts';

/** What an iteration over the entries of a table gives. */
export type TableEntry<V> = [key: Value, value: V];

/** A map of keys and values. What `V` is made of in bytes is up to the kind of table. */
export abstract class EntryTable<V> extends MapHandle {
  protected abstract decode(bytes: Uint8Array): V;
  protected abstract encode(value: unknown): Uint8Array;

  override get(key: Input): V | undefined {
    const bytes = this.map.lookup(this.codecs.key.encode(key));
    return bytes === undefined ? undefined : this.decode(bytes);
  }

  override set(key: Input, value: unknown): void {
    this.map.update(this.codecs.key.encode(key), this.encode(value));
  }

  override has(key: Input): boolean {
    return this.map.lookup(this.codecs.key.encode(key)) !== undefined;
  }

  override delete(key: Input): boolean {
    const bytes = this.codecs.key.encode(key);
    return !this.#isArray && this.map.delete(bytes);
  }

  /** Writes many entries, in batches where the host has them. Where one is refused, those before it are written. */
  override setMany(entries: Iterable<readonly [key: Input, value: unknown]>): void {
    this.map.updateMany(this.#encoded(entries));
  }

  /** Removes many keys, in batches where the host has them, and gives how many entries there were. */
  override deleteMany(keys: Iterable<Input>): number {
    const bytes = Array.from(keys, (key) => this.codecs.key.encode(key));
    return this.#isArray ? 0 : this.map.deleteMany(bytes);
  }

  /** Removes all entries; an array has all of its entries always, and they become zeros. */
  override clear(): void {
    if (this.#isArray) this.map.updateMany(zeroed(this.map.entries()));
    else this.map.deleteMany(Array.from(this.map.entries(), ([key]) => key));
  }

  /**
   * Removes all entries and gives them, with nothing counted twice or lost where the host has the batch (hashes, Linux
   * 5.6): what a program writes meanwhile is either in them or stays in the map.
   */
  override takeAll(): TableEntry<V>[] {
    if (this.#isArray) this.refuse('takeAll');
    return this.map.takeAll().map((entry) => this.#decoded(entry));
  }

  override *keys(): Generator<Value> {
    for (const { count, keys } of this.#batches()) {
      const key = readerOf(this.codecs.key, keys, count);
      for (let index = 0; index < count; index += 1) yield key(index);
    }
  }

  override *values(): Generator<V> {
    for (const { count, values } of this.#batches()) {
      const value = this.valueReader(values, count);
      for (let index = 0; index < count; index += 1) yield value(index);
    }
  }

  override entries(): IterableIterator<TableEntry<V>> {
    return this[Symbol.iterator]();
  }

  override *[Symbol.iterator](): Generator<TableEntry<V>> {
    for (const { count, keys, values } of this.#batches()) {
      const key = readerOf(this.codecs.key, keys, count);
      const value = this.valueReader(values, count);
      for (let index = 0; index < count; index += 1) yield [key(index), value(index)];
    }
  }

  /** Reads the values that stand one behind the other in `bytes`. */
  protected valueReader(bytes: Uint8Array, count: number): (index: number) => V {
    const size = bytes.length / count;
    return (index) => this.decode(bytes.subarray(index * size, (index + 1) * size));
  }

  *#batches(): Generator<EntryBatch> {
    const { map } = this;
    if (map.entryBatches !== undefined) yield* map.entryBatches();
    else for (const [keys, values] of map.entries()) yield { count: 1, keys, values };
  }

  get #isArray(): boolean {
    return this.spec.type === 'array' || this.spec.type === 'percpu_array';
  }

  #decoded([key, value]: MapEntry): TableEntry<V> {
    return [this.codecs.key.decode(key), this.decode(value)];
  }

  *#encoded(entries: Iterable<readonly [key: Input, value: unknown]>): Generator<MapEntry> {
    for (const [key, value] of entries) yield [this.codecs.key.encode(key), this.encode(value)];
  }
}

/** Reads what stands one behind the other in `bytes`, the short way where the codec has one. */
export function readerOf(codec: Codec, bytes: Uint8Array, count: number): (index: number) => Value {
  const size = bytes.length / count;
  const { decodeAt } = codec;
  if (decodeAt === undefined) return (index) => codec.decode(bytes.subarray(index * size, (index + 1) * size));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return (index) => decodeAt(view, index * size);
}

function* zeroed(entries: Iterable<MapEntry>): Generator<MapEntry> {
  for (const [key, value] of entries) yield [key, new Uint8Array(value.length)];
}
