import { hexBytes } from '../base/bytes.ts';
import { SkepError } from '../base/errors.ts';
import type { Value } from '../btf/value.ts';
import type { Input } from './codec.ts';
import type { HostMap } from './host.ts';
import type { MapCodecs } from './map-codecs.ts';
import { MapHandle } from './map-handle.ts';

/** Gives the handle of an inner map: of one that the host found, or of a new one after the template. */
export type OpenInner = (found?: HostMap) => MapHandle;

/**
 * A map of maps (Linux 4.12). Inner maps are those the object puts in, those that `create` makes after the template,
 * other maps of the same shape that `set` puts in, and in a kernel those that others put in.
 */
export class OuterTable extends MapHandle {
  readonly #openInner: OpenInner;
  readonly #inner = new Map<string, { readonly key: Value; readonly map: MapHandle }>();

  constructor(map: HostMap, codecs: MapCodecs, openInner: OpenInner) {
    super(map, codecs);
    this.#openInner = openInner;
  }

  override create(key: Input): MapHandle {
    const bytes = this.codecs.key.encode(key);
    const inner = this.#openInner();
    this.setBytes(bytes, inner);
    return inner;
  }

  override get(key: Input): MapHandle | undefined {
    return this.#getBytes(this.codecs.key.encode(key));
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
  /** One that another collection or process put in is asked of the host. */
  #getBytes(key: Uint8Array): MapHandle | undefined {
    const known = this.#inner.get(hexBytes(key))?.map;
    if (known !== undefined) return known;
    const found = this.map.innerMap?.(key);
    if (found === undefined) return undefined;
    const map = this.#openInner(found);
    this.#inner.set(hexBytes(key), { key: this.codecs.key.decode(key), map });
    return map;
  }

  #findAll(): void {
    if (this.map.innerMap === undefined) return;
    for (const [key] of this.map.entries()) this.#getBytes(key);
  }

  override *keys(): Generator<Value> {
    this.#findAll();
    for (const { key } of this.#inner.values()) yield key;
  }
  override *values(): Generator<MapHandle> {
    this.#findAll();
    for (const { map } of this.#inner.values()) yield map;
  }
  override *[Symbol.iterator](): Generator<[key: Value, value: MapHandle]> {
    this.#findAll();
    for (const { key, map } of this.#inner.values()) yield [key, map];
  }
}
