import { type BoundMap, environment } from './environment.ts';
import { kernelOnly } from './errors.ts';
import { findLayout, type Layout, layoutOf, type RecordLayout } from './layout.ts';
import { structLayout } from './place-fields.ts';
import { copiedSpace, copyBytes, ownSpace, type Space } from './space.ts';
import { accessOf } from './views.ts';

/** What the operations need of a map's declaration. */
export interface Declared {
  readonly kind: string;
  readonly key: unknown;
  readonly value: unknown;
}

const ANY = 0;
const NOEXIST = 1;
const OK = 0;

/** Inner maps of maps of maps, as a program sees them: the template's methods over another storage. */
const inner = new WeakMap<object, BoundMap>();

function bound(map: Declared): BoundMap {
  return inner.get(map) ?? environment().map(map);
}

/** Lays out a key, or a value, for a call. */
function give(map: BoundMap, at: number, layout: Layout, value: unknown): void {
  accessOf(layout).write(map.space, at, value);
}

function isScalar({ kind }: Layout): boolean {
  return kind === 'int' || kind === 'text';
}

/** A scalar in memory as a box. */
class Ref {
  readonly #space: Space;
  readonly #at: number;
  readonly #layout: Layout;

  constructor(space: Space, at: number, layout: Layout) {
    this.#space = space;
    this.#at = at;
    this.#layout = layout;
  }

  get value(): unknown {
    return accessOf(this.#layout).read(this.#space, this.#at);
  }
  set value(value: unknown) {
    accessOf(this.#layout).write(this.#space, this.#at, value);
  }
}

/** The value under a key: a live view, a scalar's value, or undefined. */
export function lookup(map: Declared, key: unknown): unknown {
  const storage = bound(map);
  give(storage, storage.key, layoutOf(map.key), key);
  const at = storage.lookup();
  return at === 0 ? undefined : accessOf(layoutOf(map.value)).read(storage.space, at);
}

/** As {@link lookup}, with scalars in a box. */
export function reference(map: Declared, key: unknown): unknown {
  const storage = bound(map);
  const layout = layoutOf(map.value);
  give(storage, storage.key, layoutOf(map.key), key);
  const at = storage.lookup();
  if (at === 0) return undefined;
  return isScalar(layout) ? new Ref(storage.space, at, layout) : accessOf(layout).read(storage.space, at);
}

export function update(map: Declared, key: unknown, value: unknown): boolean {
  const storage = bound(map);
  give(storage, storage.key, layoutOf(map.key), key);
  give(storage, storage.value, layoutOf(map.value), value);
  return storage.update(ANY) === OK;
}

/** The value under a key, inserted first where there is none. */
export function insert(map: Declared, key: unknown, initial: unknown): unknown {
  const storage = bound(map);
  const layout = layoutOf(map.value);
  give(storage, storage.key, layoutOf(map.key), key);
  let at = storage.lookup();
  if (at === 0) {
    storage.space.u8.fill(0, storage.value, storage.value + layout.size);
    if (initial !== undefined) give(storage, storage.value, layout, initial);
    storage.update(NOEXIST);
    at = storage.lookup();
  }
  return at === 0 ? undefined : accessOf(layout).read(storage.space, at);
}

export function remove(map: Declared, key: unknown): boolean {
  const storage = bound(map);
  give(storage, storage.key, layoutOf(map.key), key);
  return storage.delete() === OK;
}

/** Calls `visit` for each entry until it returns true; gives the number of calls. */
export function forEachEntry(map: Declared, visit: (value: unknown, key: unknown) => unknown): number {
  const storage = bound(map);
  const [key, value] = [accessOf(layoutOf(map.key)), accessOf(layoutOf(map.value))];
  return storage.walk(
    (keyAt, valueAt) => visit(value.read(storage.space, valueAt), key.read(storage.space, keyAt)) === true,
  );
}

// LPM tries.

const words = new WeakMap<Layout, RecordLayout>();
const u32: Layout = { kind: 'int', name: 'u32', size: 4, align: 4, signed: false, big: false, network: false };

/** What a trie stores as its key: the length of the prefix in bits, and the data. */
export function prefixLayout(key: Layout): RecordLayout {
  const known = words.get(key);
  if (known !== undefined) return known;
  const layout = structLayout([
    ['prefixlen', u32],
    ['data', key],
  ]);
  words.set(key, layout);
  return layout;
}

function givePrefix(storage: BoundMap, map: Declared, key: unknown, prefixlen: number | undefined): void {
  const data = layoutOf(map.key);
  give(storage, storage.key, prefixLayout(data), { prefixlen: prefixlen ?? data.size * 8, data: key });
}

/** The value of the longest prefix that covers a key. */
export function match(map: Declared, key: unknown): unknown {
  const storage = bound(map);
  givePrefix(storage, map, key, undefined);
  const at = storage.lookup();
  return at === 0 ? undefined : accessOf(layoutOf(map.value)).read(storage.space, at);
}

export function updatePrefix(map: Declared, key: unknown, prefixlen: number, value: unknown): boolean {
  const storage = bound(map);
  givePrefix(storage, map, key, prefixlen);
  give(storage, storage.value, layoutOf(map.value), value);
  return storage.update(ANY) === OK;
}

export function removePrefix(map: Declared, key: unknown, prefixlen: number): boolean {
  const storage = bound(map);
  givePrefix(storage, map, key, prefixlen);
  return storage.delete() === OK;
}

// Queues, stacks and bloom filters.

export function push(map: Declared, value: unknown): boolean {
  const storage = bound(map);
  give(storage, storage.value, layoutOf(map.value), value);
  return storage.push() === OK;
}

/** A copy of the next value, taken out of the map or left there. */
export function take(map: Declared, how: 'pop' | 'peek'): unknown {
  const storage = bound(map);
  if (storage[how]() !== OK) return undefined;
  const layout = layoutOf(map.value);
  return accessOf(layout).read(copiedSpace(storage.space, storage.value, layout.size), 0);
}

/** Whether a bloom filter may hold a value. */
export function contains(map: Declared, value: unknown): boolean {
  const storage = bound(map);
  give(storage, storage.value, layoutOf(map.value), value);
  return storage.peek() === OK;
}

// Ring buffers.

/** Reserves, stores and submits one record. False where there is no room. */
export function emit(map: Declared, value: unknown): boolean {
  const storage = bound(map);
  const layout = layoutOf(map.value);
  const own = ownSpace(layout.size);
  accessOf(layout).write(own, 0, value);
  const at = storage.reserve(layout.size);
  if (at === 0) return false;
  copyBytes(storage.space, at, own, 0, layout.size);
  storage.submit(at);
  return true;
}

/** Zeroed memory for one record, as a view that is submitted or discarded. */
export function reserve(map: Declared): unknown {
  const storage = bound(map);
  const layout = layoutOf(map.value);
  const at = storage.reserve(layout.size);
  if (at === 0) return undefined;
  storage.space.u8.fill(0, at, at + layout.size);
  const record = isScalar(layout) ? new Ref(storage.space, at, layout) : accessOf(layout).read(storage.space, at);
  return Object.defineProperties(record as object, {
    submit: { value: () => storage.submit(at) },
    discard: { value: () => storage.discard(at) },
  });
}

// Maps of maps, and maps that lead elsewhere.

/** The inner map under a key, with the methods of the template. */
export function lookupInner(map: Declared, key: unknown): unknown {
  const storage = bound(map);
  give(storage, storage.key, layoutOf(map.key), key);
  const found = storage.inner();
  if (found === undefined) return undefined;
  const view: object = Object.create(map.value as object);
  inner.set(view, found);
  return view;
}

export function redirect(map: Declared, index: number, otherwise: number): number {
  return bound(map).redirect(index, otherwise);
}

/** For maps of sockets and of storage that belongs to something in the kernel. */
export function refuseKernelMap(map: Declared): never {
  throw kernelOnly(`a map of kind ${map.kind}`);
}

/** Sizes of a map's keys and values in bytes; for maps without a schema there 4, as the kernel has it. */
export function mapSizes(map: Declared): { readonly key: Layout | undefined; readonly value: Layout | undefined } {
  const key = findLayout(map.key);
  return { key: key && map.kind === 'lpm_trie' ? prefixLayout(key) : key, value: findLayout(map.value) };
}
