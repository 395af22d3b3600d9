import type { Value } from '../btf/value.ts';
import type { Input } from './codec.ts';
import { MapHandle } from './map-handle.ts';

/** A map with keys and one value for each: hash, array, LRU hash, LPM trie. */
export class MapTable extends MapHandle {
  override get(key: Input): Value | undefined {
    const bytes = this.map.lookup(this.codecs.key.encode(key));
    return bytes === undefined ? undefined : this.codecs.value.decode(bytes);
  }

  override set(key: Input, value: Input): void {
    this.map.update(this.codecs.key.encode(key), this.codecs.value.encode(value));
  }

  override delete(key: Input): boolean {
    const bytes = this.codecs.key.encode(key);
    return this.spec.type !== 'array' && this.map.delete(bytes);
  }

  override has(key: Input): boolean {
    return this.map.lookup(this.codecs.key.encode(key)) !== undefined;
  }

  override update(key: Input, change: (value: Value, cpu: number) => Value): boolean {
    const value = this.get(key);
    if (value === undefined) return false;
    this.set(key, change(value, 0));
    return true;
  }

  override *keys(): Generator<Value> {
    for (const [key] of this) yield key;
  }

  override *values(): Generator<Value> {
    for (const [, value] of this) yield value;
  }

  override *[Symbol.iterator](): Generator<[key: Value, value: Value]> {
    for (const [key, value] of entriesOf(this)) yield [this.codecs.key.decode(key), this.codecs.value.decode(value)];
  }
}

/** All entries of a map by bytes, in the order of its host; one that vanishes meanwhile is left out. */
export function* entriesOf({ map }: MapHandle): Generator<[key: Uint8Array, value: Uint8Array]> {
  for (let key = map.nextKey(undefined); key !== undefined; key = map.nextKey(key)) {
    const value = map.lookup(key);
    if (value !== undefined) yield [key, value];
  }
}
