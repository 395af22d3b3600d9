import { copyBytes, zeroBytes } from './bytes-in-memory.ts';
import type { MapDefinition } from './definition.ts';
import type { MapEnvironment } from './environment.ts';
import { Errno } from './errno.ts';
import { UpdateFlag } from './flags.ts';
import type { PushPopMap } from './map.ts';
import { MapBase } from './map-base.ts';

/**
 * What queue and stack share: values side by side in a ring, oldest first, and no keys. They differ in which value is
 * taken next.
 *
 *     +---------+---------+---------+---------+
 *     | value 4 |         | value 2 | value 3 |     oldest: slot 2, three values
 *     +---------+---------+---------+---------+
 */
export abstract class PushPopBase extends MapBase implements PushPopMap {
  readonly #values: number;
  readonly #valueSize: number;
  readonly #capacity: number;
  /** Slot of the oldest value. */
  #oldest = 0;
  #count = 0;

  constructor(definition: MapDefinition, environment: MapEnvironment) {
    super(definition, environment);
    this.#valueSize = definition.valueSize;
    this.#capacity = definition.maxEntries;
    this.#values = this.allocate(definition.valueSize * definition.maxEntries);
  }

  get entries(): number {
    return this.#count;
  }

  /** Which value is next, counted from the oldest, of `count`. */
  protected abstract next(count: number): number;

  push(value: number, flags: number): number {
    const at = this.place(0, flags);
    if (at < 0) return at;
    copyBytes(this.memory, at, value, this.#valueSize);
    return 0;
  }

  pop(value: number): number {
    const result = this.peek(value);
    if (result === 0) this.#drop();
    return result;
  }

  /** Leaves zeroes at `value` where there is nothing, as the kernel does. */
  peek(value: number): number {
    if (this.#count === 0) {
      zeroBytes(this.memory, value, this.#valueSize);
      return Errno.ENOENT;
    }
    copyBytes(this.memory, value, this.locate(0), this.#valueSize);
    return 0;
  }

  take(): Uint8Array | undefined {
    const value = this.get(new Uint8Array(0));
    if (value !== undefined) this.#drop();
    return value;
  }

  protected override locate(_key: number): number {
    return this.#count === 0 ? 0 : this.#slot(this.next(this.#count));
  }

  /** `BPF_EXIST` overwrites the oldest value of a full map. */
  protected override place(_key: number, flags: number): number {
    if (flags !== UpdateFlag.ANY && flags !== UpdateFlag.EXIST) return Errno.EINVAL;
    if (this.#count === this.#capacity) {
      if (flags !== UpdateFlag.EXIST) return Errno.E2BIG;
      this.#oldest = (this.#oldest + 1) % this.#capacity;
      this.#count -= 1;
    }
    this.#count += 1;
    return this.#slot(this.#count - 1);
  }

  #drop(): void {
    if (this.next(this.#count) === 0) this.#oldest = (this.#oldest + 1) % this.#capacity;
    this.#count -= 1;
  }

  #slot(index: number): number {
    return this.#values + ((this.#oldest + index) % this.#capacity) * this.#valueSize;
  }
}
