import { alignUp } from '../base/bytes.ts';
import { copyBytes } from './bytes-in-memory.ts';
import type { MapDefinition } from './definition.ts';
import { ElementPool } from './element-pool.ts';
import type { MapEnvironment } from './environment.ts';
import { Errno } from './errno.ts';
import { UpdateFlag } from './flags.ts';
import { Header } from './header.ts';
import { MapBase } from './map-base.ts';
import { bitAt, commonBits } from './prefix.ts';

/** Offsets in a node. The key (prefix length and data) stands as it was given, so that it can be copied out whole. */
const CHILD = 0;
const ENTRY = 8;
const PREFIX = 12;
const DATA = 16;

/**
 * `BPF_MAP_TYPE_LPM_TRIE` (Linux 4.11): the value of the longest prefix that a key starts with. A key is a prefix
 * length in bits (u32, host order) and 1 to 256 bytes of data in network order; `BPF_F_NO_PREALLOC` is required.
 *
 * A binary tree in which a path without branches is one edge. Nodes that only branch are no entries and have two
 * children always.
 *
 *     +0        +4        +8      +12      +16
 *     +---------+---------+-------+--------+-----------+-------------+
 *     | child 0 | child 1 | entry | prefix | data, + 4 | value, to 8 |
 *     +---------+---------+-------+--------+-----------+-------------+
 *                                  \___ the key ___/     (data and the gap after it end at a multiple of 8)
 */
export class LpmTrieMap extends MapBase {
  readonly #dataSize: number;
  readonly #valueSize: number;
  readonly #valueOffset: number;
  readonly #nodeSize: number;
  readonly #pool: ElementPool;
  /** Address of the word that holds the address of the root. */
  readonly #root: number;
  #count = 0;

  constructor(definition: MapDefinition, environment: MapEnvironment) {
    super(definition, environment);
    this.#dataSize = definition.keySize - 4;
    this.#valueSize = definition.valueSize;
    this.#valueOffset = alignUp(DATA + this.#dataSize, 8);
    this.#nodeSize = this.#valueOffset + alignUp(definition.valueSize, 8);
    this.#root = this.handle + Header.BUCKETS;
    this.setHeader(Header.STRIDE, this.#nodeSize);
    this.setHeader(Header.KEY, PREFIX);
    this.setHeader(Header.VALUE, this.#valueOffset);
    this.#pool = new ElementPool({
      memory: this.memory,
      stride: this.#nodeSize,
      // An entry more than there may be, while one is replaced; every entry but one may bring a branching node.
      capacity: definition.maxEntries * 2 + 1,
      grow: (count) =>
        this.growRegion({ count, stride: this.#nodeSize, offset: this.#valueOffset, size: definition.valueSize }),
    });
  }

  get entries(): number {
    return this.#count;
  }

  override lookup(key: number, _cpu: number): number {
    const view = this.memory.view;
    const length = view.getUint32(key, true);
    if (length > this.#dataSize * 8) return 0;
    let found = 0;
    let node = view.getUint32(this.#root, true);
    while (node !== 0) {
      const prefix = view.getUint32(node + PREFIX, true);
      if (this.#common(node, key, Math.min(prefix, length)) < prefix) break;
      if (view.getUint32(node + ENTRY, true) !== 0) found = node;
      if (prefix === length) break;
      node = view.getUint32(node + CHILD + 4 * bitAt(view, key + 4, prefix), true);
    }
    return found === 0 ? 0 : found + this.#valueOffset;
  }

  override update(key: number, value: number, flags: number, _cpu: number): number {
    const at = this.place(key, flags);
    if (at < 0) return at;
    copyBytes(this.memory, at, value, this.#valueSize);
    return 0;
  }

  override delete(key: number): number {
    const view = this.memory.view;
    if (view.getUint32(key, true) > this.#dataSize * 8) return Errno.EINVAL;
    const path = this.#path(key);
    const node = path.pop() ?? 0;
    if (node === 0) return Errno.ENOENT;
    this.#count -= 1;
    const zero = view.getUint32(node + CHILD, true);
    const one = view.getUint32(node + CHILD + 4, true);
    if (zero !== 0 && one !== 0) {
      view.setUint32(node + ENTRY, 0, true);
      return 0;
    }
    this.#replaceChild(path.at(-1) ?? 0, node, zero || one);
    this.#pool.give(node);
    if (zero === 0 && one === 0) this.#dropBranch(path);
    return 0;
  }

  protected override locate(key: number): number {
    return this.lookup(key, 0);
  }

  protected override place(key: number, flags: number): number {
    const view = this.memory.view;
    const length = view.getUint32(key, true);
    if (flags >>> 0 > UpdateFlag.EXIST || length > this.#dataSize * 8) return Errno.EINVAL;
    let link = this.#root;
    let node = view.getUint32(link, true);
    let common = 0;
    while (node !== 0) {
      const prefix = view.getUint32(node + PREFIX, true);
      common = this.#common(node, key, Math.min(prefix, length));
      if (common < prefix || prefix === length) break;
      link = node + CHILD + 4 * bitAt(view, key + 4, prefix);
      node = view.getUint32(link, true);
    }
    const same = node !== 0 && common === length && view.getUint32(node + PREFIX, true) === length;
    const refusal = this.#refusal(same && view.getUint32(node + ENTRY, true) !== 0, flags);
    if (refusal !== 0) return refusal;
    return this.#insert(key, link, node, common, same);
  }

  /** Entries with longer prefixes come before the shorter ones they belong to, zeroes before ones. */
  protected override following(key: number): number {
    const path = key === 0 ? [] : this.#path(key);
    let node = path.pop() ?? 0;
    const view = this.memory.view;
    if (node === 0) return this.#keyOf(this.#deepest(view.getUint32(this.#root, true)));
    for (;;) {
      const parent = path.pop() ?? 0;
      if (parent === 0) return 0;
      const one = view.getUint32(parent + CHILD + 4, true);
      if (one !== node && one !== 0) return this.#keyOf(this.#deepest(one));
      if (view.getUint32(parent + ENTRY, true) !== 0) return this.#keyOf(parent);
      node = parent;
    }
  }

  #refusal(exists: boolean, flags: number): number {
    if (exists) return flags === UpdateFlag.NOEXIST ? Errno.EEXIST : 0;
    if (flags === UpdateFlag.EXIST) return Errno.ENOENT;
    return this.#count >= this.definition.maxEntries ? Errno.ENOSPC : 0;
  }

  /** Makes the entry at `link`, where `node` is now: in its place, above it, or beside it under a branching node. */
  #insert(key: number, link: number, node: number, common: number, same: boolean): number {
    const length = this.memory.view.getUint32(key, true);
    const beside = node !== 0 && common < length;
    const entry = this.#pool.take();
    const branch = beside && entry !== 0 ? this.#pool.take() : 0;
    if (entry === 0 || (beside && branch === 0)) {
      if (entry !== 0) this.#pool.give(entry);
      return Errno.ENOMEM;
    }
    const view = this.memory.view;
    if (!(same && view.getUint32(node + ENTRY, true) !== 0)) this.#count += 1;
    this.#write(entry, key, length, 1);
    if (same) this.#inherit(entry, node);
    else if (beside) {
      this.#write(branch, key, common, 0);
      const bit = bitAt(view, key + 4, common);
      view.setUint32(branch + CHILD + 4 * bit, entry, true);
      view.setUint32(branch + CHILD + 4 * (1 - bit), node, true);
    } else if (node !== 0) view.setUint32(entry + CHILD + 4 * bitAt(view, node + DATA, common), node, true);
    view.setUint32(link, beside ? branch : entry, true);
    return entry + this.#valueOffset;
  }

  #write(node: number, key: number, prefix: number, entry: number): void {
    const view = this.memory.view;
    view.setUint32(node + CHILD, 0, true);
    view.setUint32(node + CHILD + 4, 0, true);
    view.setUint32(node + ENTRY, entry, true);
    view.setUint32(node + PREFIX, prefix, true);
    copyBytes(this.memory, node + DATA, key + 4, this.#dataSize);
  }

  /** Takes over the children of a node that goes. */
  #inherit(entry: number, node: number): void {
    const view = this.memory.view;
    view.setUint32(entry + CHILD, view.getUint32(node + CHILD, true), true);
    view.setUint32(entry + CHILD + 4, view.getUint32(node + CHILD + 4, true), true);
    this.#pool.give(node);
  }

  /** A branching node that has lost one child gives way to the other. */
  #dropBranch(path: number[]): void {
    const view = this.memory.view;
    const branch = path.pop() ?? 0;
    if (branch === 0 || view.getUint32(branch + ENTRY, true) !== 0) return;
    const remaining = view.getUint32(branch + CHILD, true) || view.getUint32(branch + CHILD + 4, true);
    this.#replaceChild(path.at(-1) ?? 0, branch, remaining);
    this.#pool.give(branch);
  }

  /** Puts `child` where `node` is under `parent` (0: at the root). */
  #replaceChild(parent: number, node: number, child: number): void {
    const view = this.memory.view;
    if (parent === 0) view.setUint32(this.#root, child, true);
    else if (view.getUint32(parent + CHILD, true) === node) view.setUint32(parent + CHILD, child, true);
    else view.setUint32(parent + CHILD + 4, child, true);
  }

  /** Nodes from the root to the entry with exactly this prefix; empty where there is none. */
  #path(key: number): number[] {
    const view = this.memory.view;
    const length = view.getUint32(key, true);
    const path: number[] = [];
    if (length > this.#dataSize * 8) return path;
    let node = view.getUint32(this.#root, true);
    while (node !== 0) {
      const prefix = view.getUint32(node + PREFIX, true);
      path.push(node);
      if (prefix > length || this.#common(node, key, prefix) < prefix) return [];
      if (prefix === length) return view.getUint32(node + ENTRY, true) === 0 ? [] : path;
      node = view.getUint32(node + CHILD + 4 * bitAt(view, key + 4, prefix), true);
    }
    return [];
  }

  /** First entry in iteration order of the tree under `node`; a node without children is an entry. */
  #deepest(node: number): number {
    const view = this.memory.view;
    let at = node;
    for (let next = at; next !== 0; ) {
      at = next;
      next = view.getUint32(at + CHILD, true) || view.getUint32(at + CHILD + 4, true);
    }
    return at;
  }

  #keyOf(node: number): number {
    return node === 0 ? 0 : node + PREFIX;
  }

  #common(node: number, key: number, limit: number): number {
    return commonBits(this.memory.view, node + DATA, key + 4, limit);
  }
}
