import { alignUp } from '../base/bytes.ts';
import { copyBytes } from './bytes-in-memory.ts';
import type { MapDefinition } from './definition.ts';
import type { MapEnvironment } from './environment.ts';
import { Errno } from './errno.ts';
import { UpdateFlag } from './flags.ts';
import { Header } from './header.ts';
import { MapBase } from './map-base.ts';

/**
 * `BPF_MAP_TYPE_ARRAY` (Linux 3.19) and, with a value for each CPU, `BPF_MAP_TYPE_PERCPU_ARRAY` (4.6): all entries
 * exist from the start, zeroed, and cannot be deleted. Keys are 32-bit indices.
 *
 *     VALUES             + STRIDE           + STRIDE * CPUs
 *     +------------------+------------------+------------------+----    STRIDE: value size rounded up to 8
 *     | entry 0, CPU 0   | entry 0, CPU 1   | entry 1, CPU 0   | ...    an array has one "CPU"
 *     +------------------+------------------+------------------+----
 */
export class ArrayMap extends MapBase {
  readonly entries: number;
  /** Address of the value of entry 0 on CPU 0: where programs find the globals of a data section. */
  readonly values: number;
  readonly #valueSize: number;
  readonly #stride: number;
  readonly #cpus: number;
  /** Region that holds the index for callbacks; made when first needed. */
  #indexCell = 0;

  constructor(definition: MapDefinition, environment: MapEnvironment, perCpu = false) {
    const { valueSize, maxEntries } = definition;
    const stride = alignUp(valueSize, 8);
    super(definition, environment, perCpu ? stride * environment.cpus : valueSize);
    this.entries = maxEntries;
    this.#valueSize = valueSize;
    this.#stride = stride;
    this.#cpus = perCpu ? environment.cpus : 1;
    this.values = this.allocateRegion({ count: maxEntries * this.#cpus, stride, offset: 0, size: valueSize });
    this.setHeader(Header.VALUES, this.values);
    this.setHeader(Header.STRIDE, stride);
  }

  override lookup(key: number, cpu: number): number {
    const index = this.memory.view.getUint32(key, true);
    if (index >= this.entries) return 0;
    return this.values + this.#stride * (this.#cpus === 1 ? index : index * this.#cpus + cpu);
  }

  override update(key: number, value: number, flags: number, cpu: number): number {
    const at = this.place(key, flags);
    if (at < 0) return at;
    copyBytes(this.memory, this.#cpus === 1 ? at : at + this.#stride * cpu, value, this.#valueSize);
    return 0;
  }

  override forEach(cpu: number, visit: (key: number, value: number) => boolean): number {
    const cell = this.#cell();
    if (cell === 0) return Errno.ENOMEM;
    for (let index = 0; index < this.entries; index++) {
      this.memory.view.setUint32(cell, index, true);
      if (visit(cell, this.lookup(cell, cpu))) return index + 1;
    }
    return this.entries;
  }

  protected override locate(key: number): number {
    return this.lookup(key, 0);
  }

  protected override place(key: number, flags: number): number {
    if ((flags & ~UpdateFlag.LOCK) >>> 0 > UpdateFlag.EXIST) return Errno.EINVAL;
    const at = this.lookup(key, 0);
    if (at === 0) return Errno.E2BIG;
    if ((flags & UpdateFlag.NOEXIST) !== 0) return Errno.EEXIST;
    return (flags & UpdateFlag.LOCK) === 0 ? at : Errno.EINVAL;
  }

  protected override following(key: number): number {
    return followingIndex(this.memory.view, key, this.handle + Header.SCRATCH_KEY, this.entries);
  }

  #cell(): number {
    if (this.#indexCell === 0) {
      const name = `index of map ${this.definition.name}`;
      const parts = { name, count: 1, stride: 8, offset: 0, size: 4, writable: false, readable: true };
      this.#indexCell = this.growRegion(parts);
    }
    return this.#indexCell;
  }
}

/**
 * Leaves the index after the one at `key` at `to` and gives that address; the first where `key` is 0 or its index
 * out of range; 0 after the last. The order of all maps with indices for keys.
 */
export function followingIndex(view: DataView, key: number, to: number, entries: number): number {
  const index = key === 0 ? entries : view.getUint32(key, true);
  if (index === entries - 1) return 0;
  view.setUint32(to, index >= entries ? 0 : index + 1, true);
  return to;
}
