import { followingIndex } from './array.ts';
import type { MapDefinition } from './definition.ts';
import type { MapEnvironment } from './environment.ts';
import { Errno } from './errno.ts';
import { UpdateFlag } from './flags.ts';
import { Header } from './header.ts';
import { MapBase } from './map-base.ts';

/**
 * What arrays of references share: a word for each index, 0 where there is none. Only user space changes them, and
 * programs cannot reach the words.
 *
 *     VALUES   + 4      + 8
 *     +--------+--------+----
 *     | ref. 0 | ref. 1 | ...     STRIDE: 4
 *     +--------+--------+----
 */
export abstract class ReferenceArray extends MapBase {
  readonly #values: number;
  #count = 0;

  constructor(definition: MapDefinition, environment: MapEnvironment) {
    super(definition, environment);
    this.#values = this.allocate(definition.maxEntries * 4);
    this.setHeader(Header.VALUES, this.#values);
    this.setHeader(Header.STRIDE, 4);
  }

  get entries(): number {
    return this.#count;
  }

  /** Checks and takes a new reference: 0, or the error number that refuses it. */
  protected abstract acquire(reference: number): number;
  /** Lets a reference go. */
  protected abstract release(reference: number): void;

  /** The reference at an index, 0 where there is none. */
  protected referenceAt(index: number): number {
    return index < this.definition.maxEntries ? this.memory.view.getUint32(this.#values + index * 4, true) : 0;
  }

  override set(key: Uint8Array, value: Uint8Array, flags: number): number {
    const index = this.memory.view.getUint32(this.keyAddress(key), true);
    this.checkValue(value);
    if (!this.mayWrite) return Errno.EPERM;
    if (flags !== UpdateFlag.ANY) return Errno.EINVAL;
    if (index >= this.definition.maxEntries) return Errno.E2BIG;
    const reference = new DataView(value.buffer, value.byteOffset).getUint32(0, true);
    const refusal = this.acquire(reference);
    if (refusal === 0) this.#put(index, reference);
    return refusal;
  }

  /** Only from user space: removes the reference at an index. */
  override remove(key: Uint8Array): number {
    const index = this.memory.view.getUint32(this.keyAddress(key), true);
    if (!this.mayWrite) return Errno.EPERM;
    if (index >= this.definition.maxEntries) return Errno.E2BIG;
    if (this.referenceAt(index) === 0) return Errno.ENOENT;
    this.#put(index, 0);
    return 0;
  }

  protected override locate(key: number): number {
    const index = this.memory.view.getUint32(key, true);
    return this.referenceAt(index) === 0 ? 0 : this.#values + index * 4;
  }

  protected override following(key: number): number {
    return followingIndex(this.memory.view, key, this.handle + Header.SCRATCH_KEY, this.definition.maxEntries);
  }

  protected override clear(): void {
    for (let index = 0; index < this.definition.maxEntries; index++) {
      if (this.referenceAt(index) !== 0) this.#put(index, 0);
    }
  }

  #put(index: number, reference: number): void {
    const old = this.referenceAt(index);
    this.memory.view.setUint32(this.#values + index * 4, reference, true);
    this.#count += (reference === 0 ? 0 : 1) - (old === 0 ? 0 : 1);
    if (old !== 0) this.release(old);
  }
}
