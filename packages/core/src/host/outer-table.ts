import { hexBytes } from '../base/bytes.ts';
import { SkepError } from '../base/errors.ts';
import type { Value } from '../btf/value.ts';
import type { Input } from './codec.ts';
import type { HostMap } from './host.ts';
import type { MapCodecs } from './map-codecs.ts';
import { MapHandle } from './map-handle.ts';

/**
 * A map of maps (Linux 4.12). Inner maps are those the object puts in, those that `create` makes after the template,
 * and other maps of the same shape that `set` puts in.
 */
export class OuterTable extends MapHandle {
  readonly #createInner: () => MapHandle;
  readonly #inner = new Map<string, { readonly key: Value; readonly map: MapHandle }>();

  constructor(map: HostMap, codecs: MapCodecs, createInner: () => MapHandle) {
    super(map, codecs);
    this.#createInner = createInner;
  }

  override create(key: Input): MapHandle {
    const bytes = this.codecs.key.encode(key);
    const inner = this.#createInner();
    this.setBytes(bytes, inner);
    return inner;
  }

  override get(key: Input): MapHandle | undefined {
    return this.#inner.get(hexBytes(this.codecs.key.encode(key)))?.map;
  }

  override has(key: Input): boolean {
    return this.get(key) !== undefined;
  }

  override set(key: Input, inner: unknown): void {
    if (!(inner instanceof MapHandle)) {
      throw new SkepError('SKEP_BAD_VALUE', `map ${this.name} holds maps`, { remedy: 'give a map of this collection' });
    }
    this.setBytes(this.codecs.key.encode(key), inner);
  }

  /** Puts a map under a key given as bytes. */
  setBytes(key: Uint8Array, inner: MapHandle): void {
    this.map.updateReference(key, inner.map);
    this.#inner.set(hexBytes(key), { key: this.codecs.key.decode(key), map: inner });
  }

  override delete(key: Input): boolean {
    const bytes = this.codecs.key.encode(key);
    this.#inner.delete(hexBytes(bytes));
    return this.map.delete(bytes);
  }

  override clear(): void {
    for (const key of [...this.keys()]) this.delete(key);
  }
  override entries(): IterableIterator<[key: Value, value: MapHandle]> {
    return this[Symbol.iterator]();
  }
  override *keys(): Generator<Value> {
    for (const { key } of this.#inner.values()) yield key;
  }
  override *values(): Generator<MapHandle> {
    for (const { map } of this.#inner.values()) yield map;
  }
  override *[Symbol.iterator](): Generator<[key: Value, value: MapHandle]> {
    for (const { key, map } of this.#inner.values()) yield [key, map];
  }
}
