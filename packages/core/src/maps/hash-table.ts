import { equalBytes } from './bytes-in-memory.ts';
import { HASH_SEED, hashKey } from './hash-function.ts';
import type { Memory } from './memory.ts';

/** Offsets in an element that every hash table has. */
const NEXT = 0;
const HASH = 4;

/**
 * Buckets with chains of elements, all in linear memory. A new element goes to the front of its chain.
 *
 *     buckets            element
 *     +--------+         +------+------+- - - - - - - - +----------+- - - - -+
 *     | head 0 |-------->| next | hash | (map's own use) | key      | value   |
 *     | head 1 |         +------+------+- - - - - - - - +----------+- - - - -+
 *     | ...    |          +0     +4                      +keyOffset
 *     +--------+
 */
export class HashTable {
  readonly #memory: Memory;
  readonly #buckets: number;
  readonly #mask: number;
  readonly #keySize: number;
  readonly #keyOffset: number;
  /** Changes of the chains, for those who walk them. */
  #changes = 0;

  /** `buckets` is the address of `mask + 1` zeroed words. */
  constructor(memory: Memory, buckets: number, mask: number, key: { readonly size: number; readonly offset: number }) {
    this.#memory = memory;
    this.#buckets = buckets;
    this.#mask = mask;
    this.#keySize = key.size;
    this.#keyOffset = key.offset;
  }

  /** Hash of a key. */
  hash(key: number): number {
    return hashKey(this.#memory.view, key, this.#keySize, HASH_SEED);
  }

  /** Element with the key at `key`, whose hash is `hash`; 0 where there is none. */
  find(key: number, hash: number): number {
    const view = this.#memory.view;
    const { i32 } = this.#memory;
    const size = this.#keySize;
    let element = i32[(this.#buckets + ((hash & this.#mask) << 2)) >>> 2] ?? 0;
    while (element !== 0) {
      const word = element >>> 2;
      if (i32[word + 1] === hash && equalBytes(view, (element >>> 0) + this.#keyOffset, key, size)) break;
      element = i32[word] ?? 0;
    }
    return element >>> 0;
  }

  /** Puts an element, whose key is written, into the table. */
  link(element: number, hash: number): void {
    const view = this.#memory.view;
    const bucket = this.#bucketOf(hash);
    view.setUint32(element + NEXT, view.getUint32(bucket, true), true);
    view.setInt32(element + HASH, hash, true);
    view.setUint32(bucket, element, true);
    this.#changes += 1;
  }

  /** Takes an element out of the table. */
  unlink(element: number): void {
    const view = this.#memory.view;
    let link = this.#bucketOf(view.getInt32(element + HASH, true));
    for (let at = view.getUint32(link, true); at !== element; at = view.getUint32(link, true)) {
      if (at === 0) throw new Error(`element ${element} is in no bucket`);
      link = at + NEXT;
    }
    view.setUint32(link, view.getUint32(element + NEXT, true), true);
    this.#changes += 1;
  }

  /** Element after `element` in the order of the buckets; the first for 0; 0 at the end. */
  after(element: number): number {
    const view = this.#memory.view;
    if (element !== 0) {
      const next = view.getUint32(element + NEXT, true);
      if (next !== 0) return next;
    }
    const from = element === 0 ? 0 : (view.getInt32(element + HASH, true) & this.#mask) + 1;
    return this.#firstFrom(from);
  }

  /** Visits all elements until `visit` gives true; gives the number visited. The table may change meanwhile. */
  walk(visit: (element: number) => boolean): number {
    const view = this.#memory.view;
    let visited = 0;
    for (let element = this.after(0); element !== 0; ) {
      const changes = this.#changes;
      const bucket = view.getInt32(element + HASH, true) & this.#mask;
      const following = this.after(element);
      visited += 1;
      if (visit(element)) break;
      element = changes === this.#changes ? following : this.#resume(bucket, element, following);
    }
    return visited;
  }

  /** Where to go on after `element` when the table has changed: elements that left their chain lead nowhere. */
  #resume(bucket: number, element: number, following: number): number {
    const view = this.#memory.view;
    let at = view.getUint32(this.#buckets + bucket * 4, true);
    for (; at !== 0; at = view.getUint32(at + NEXT, true)) {
      if (at === element) return this.after(element);
      if (at === following) return following;
    }
    return this.#firstFrom(bucket + 1);
  }

  #firstFrom(bucket: number): number {
    const { i32 } = this.#memory;
    const end = (this.#buckets >>> 2) + this.#mask + 1;
    for (let at = (this.#buckets >>> 2) + bucket; at < end; at++) {
      const head = i32[at] ?? 0;
      if (head !== 0) return head >>> 0;
    }
    return 0;
  }

  #bucketOf(hash: number): number {
    return this.#buckets + (hash & this.#mask) * 4;
  }
}
