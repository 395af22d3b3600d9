import { mapFlags } from '../abi/map-metadata.ts';
import { alignUp } from '../base/bytes.ts';
import { copyBytes, zeroBytes } from './bytes-in-memory.ts';
import type { MapDefinition } from './definition.ts';
import { ElementPool } from './element-pool.ts';
import type { MapEnvironment } from './environment.ts';
import { Errno } from './errno.ts';
import { UpdateFlag } from './flags.ts';
import { HASH_SEED } from './hash-function.ts';
import { HashTable } from './hash-table.ts';
import { Header } from './header.ts';
import { MapBase } from './map-base.ts';

/** Elements that exist beside the entries: the one that an update of an existing key is written to. */
const SPARE_ELEMENTS = 1;
/** Offset of the address of the values in an element of a per-CPU hash. */
const VALUES = 8;

/** What sets the members of the hash family apart. */
export interface HashLayout {
  /** Offset of the key: bytes of the element's head. */
  readonly keyOffset: number;
  /** Values for each CPU, outside the element. */
  readonly perCpu: boolean;
}

/**
 * What the hash family shares. Updating an existing key writes a new element and takes the old one out, as the
 * kernel does: a program that still holds the old value sees the old bytes. Per-CPU values change in place.
 *
 *     element               +8 (hash)
 *     +------+------+- - - -+---------------+------------------+
 *     | next | hash | head  | key, to 8     | value, to 8      |     keys: programs may read them (callbacks)
 *     +------+------+- - - -+---------------+------------------+     values: by the rights of the map
 *     +------+------+--------+- - -+---------------+
 *     | next | hash | values | ... | key, to 8     |                 per-CPU: values are elsewhere, CPU by CPU
 *     +------+------+--------+- - -+---------------+
 */
export abstract class HashBase extends MapBase {
  protected readonly table: HashTable;
  protected readonly pool: ElementPool;
  readonly #layout: HashLayout;
  readonly #keySize: number;
  /** Bytes of one CPU's value, and of that rounded up to 8. */
  readonly #valueSize: number;
  readonly #valueStride: number;
  readonly #valueOffset: number;
  readonly #elementSize: number;
  readonly #perCpu: boolean;
  #count = 0;
  #spare = 0;
  /** Blocks of per-CPU values that no element has yet. */
  #freshValues = 0;
  #freshValuesEnd = 0;
  /** Whether the last `place` made a new entry. */
  #created = false;

  constructor(definition: MapDefinition, environment: MapEnvironment, layout: HashLayout) {
    const valueStride = alignUp(definition.valueSize, 8);
    super(definition, environment, layout.perCpu ? valueStride * environment.cpus : definition.valueSize);
    this.#layout = layout;
    this.#perCpu = layout.perCpu;
    this.#keySize = definition.keySize;
    this.#valueSize = definition.valueSize;
    this.#valueStride = valueStride;
    this.#valueOffset = layout.keyOffset + alignUp(definition.keySize, 8);
    this.#elementSize = this.#valueOffset + (layout.perCpu ? 0 : valueStride);
    this.table = this.#makeTable();
    this.pool = this.#makePool();
  }

  get entries(): number {
    return this.#count;
  }

  override lookup(key: number, cpu: number): number {
    const element = this.find(key);
    if (element === 0) return 0;
    this.touched(element);
    return this.valueAddress(element, cpu);
  }

  override update(key: number, value: number, flags: number, cpu: number): number {
    const at = this.place(key, flags);
    if (at < 0) return at;
    if (!this.#perCpu) {
      copyBytes(this.memory, at, value, this.#valueSize);
      return 0;
    }
    if (this.#created) zeroBytes(this.memory, at, this.userValueSize);
    copyBytes(this.memory, at + cpu * this.#valueStride, value, this.#valueSize);
    return 0;
  }

  override delete(key: number): number {
    const element = this.find(key);
    if (element === 0) return Errno.ENOENT;
    this.removeElement(element);
    return 0;
  }

  override forEach(cpu: number, visit: (key: number, value: number) => boolean): number {
    return this.table.walk((element) => visit(element + this.#layout.keyOffset, this.valueAddress(element, cpu)));
  }

  protected override locate(key: number): number {
    const element = this.find(key);
    return element === 0 ? 0 : this.valueAddress(element, 0);
  }

  protected override place(key: number, flags: number): number {
    if (flags >>> 0 > UpdateFlag.EXIST) return Errno.EINVAL;
    const hash = this.table.hash(key);
    const old = this.table.find(key, hash);
    this.#created = old === 0;
    if (old === 0) return flags === UpdateFlag.EXIST ? Errno.ENOENT : this.#add(key, hash);
    if (flags === UpdateFlag.NOEXIST) return Errno.EEXIST;
    if (!this.#perCpu) return this.#replace(old, key, hash);
    this.touched(old);
    return this.valueAddress(old, 0);
  }

  protected override following(key: number): number {
    const next = this.table.after(key === 0 ? 0 : this.find(key));
    return next === 0 ? 0 : next + this.#layout.keyOffset;
  }

  protected find(key: number): number {
    return this.table.find(key, this.table.hash(key));
  }

  /** Address of a CPU's value. */
  protected valueAddress(element: number, cpu: number): number {
    if (!this.#perCpu) return element + this.#valueOffset;
    return this.memory.view.getUint32(element + VALUES, true) + cpu * this.#valueStride;
  }

  /** Takes an entry out of the map. */
  protected removeElement(element: number): void {
    this.table.unlink(element);
    this.left(element);
    this.#count -= 1;
    this.pool.give(element);
  }

  /** An element came into the table, left it, or was looked up by a program: for maps that keep an order of use. */
  protected entered(_element: number): void {}
  protected left(_element: number): void {}
  protected touched(_element: number): void {}

  /** Called before a new entry is made: makes room, or gives the error number. */
  protected makeRoom(): number {
    return this.#count >= this.definition.maxEntries ? Errno.E2BIG : 0;
  }

  #add(key: number, hash: number): number {
    const room = this.makeRoom();
    if (room < 0) return room;
    const element = this.#take();
    if (element === 0) return Errno.ENOMEM;
    this.#count += 1;
    return this.#enter(element, key, hash);
  }

  #replace(old: number, key: number, hash: number): number {
    const element = this.#spare === 0 ? this.#take() : this.#spare;
    if (element === 0) return Errno.ENOMEM;
    this.#spare = old;
    const value = this.#enter(element, key, hash);
    this.table.unlink(old);
    this.left(old);
    return value;
  }

  /** Writes the key of an element and links it; gives the address of its value. */
  #enter(element: number, key: number, hash: number): number {
    copyBytes(this.memory, element + this.#layout.keyOffset, key, this.#keySize);
    this.table.link(element, hash);
    this.entered(element);
    return this.valueAddress(element, 0);
  }

  /** An element, with a block for its values where it needs one; 0 where there is no memory. */
  #take(): number {
    const element = this.pool.take();
    if (element === 0 || !this.#perCpu || this.memory.view.getUint32(element + VALUES, true) !== 0) return element;
    const values = this.#freshValues === this.#freshValuesEnd ? this.#growValues() : this.#freshValues;
    if (values === 0) {
      this.pool.give(element);
      return 0;
    }
    this.#freshValues = values + this.userValueSize;
    this.memory.view.setUint32(element + VALUES, values, true);
    return element;
  }

  get #preallocated(): boolean {
    return (this.definition.flags & mapFlags.BPF_F_NO_PREALLOC) === 0;
  }

  #makeTable(): HashTable {
    const { keySize, maxEntries } = this.definition;
    const buckets = 2 ** Math.ceil(Math.log2(maxEntries));
    const address = this.allocate(buckets * 4);
    this.setHeader(Header.BUCKETS, address);
    this.setHeader(Header.MASK, buckets - 1);
    this.setHeader(Header.SEED, HASH_SEED);
    this.setHeader(Header.KEY, this.#layout.keyOffset);
    this.setHeader(Header.VALUE, this.#perCpu ? 0 : this.#valueOffset);
    this.setHeader(Header.STRIDE, this.#perCpu ? this.#valueStride : this.#elementSize);
    return new HashTable(this.memory, address, buckets - 1, {
      size: keySize,
      offset: this.#layout.keyOffset,
    });
  }

  #makePool(): ElementPool {
    const capacity = this.definition.maxEntries + SPARE_ELEMENTS;
    const pool = new ElementPool({
      memory: this.memory,
      stride: this.#elementSize,
      capacity,
      grow: (count) => this.growRegion(this.#elementParts(count)),
    });
    if (this.#preallocated) {
      pool.adopt(this.allocateRegion(this.#elementParts(capacity)), capacity);
      if (this.#perCpu) this.#adoptValues(this.allocateRegion(this.#valueParts(capacity)), capacity);
    }
    return pool;
  }

  #elementParts(count: number) {
    const { keyOffset } = this.#layout;
    const inline = { offset: this.#valueOffset, size: this.#perCpu ? 0 : this.#valueSize };
    return { count, stride: this.#elementSize, ...inline, key: { offset: keyOffset, size: this.#keySize } };
  }

  #valueParts(blocks: number) {
    const count = blocks * this.environment.cpus;
    return { count, stride: this.#valueStride, offset: 0, size: this.#valueSize };
  }

  #growValues(): number {
    const blocks = Math.max(1, Math.floor(4096 / this.userValueSize));
    this.#adoptValues(this.growRegion(this.#valueParts(blocks)), blocks);
    return this.#freshValues;
  }

  #adoptValues(start: number, blocks: number): void {
    this.#freshValues = start;
    this.#freshValuesEnd = start === 0 ? 0 : start + blocks * this.userValueSize;
  }
}
