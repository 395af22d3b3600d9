import { mapFlags } from '../abi/map-metadata.ts';
import { followingIndex } from './array.ts';
import type { MapDefinition } from './definition.ts';
import type { MapEnvironment } from './environment.ts';
import { Errno } from './errno.ts';
import { UpdateFlag } from './flags.ts';
import { HashMap } from './hash.ts';
import { Header } from './header.ts';
import { MapBase } from './map-base.ts';

/** Bytes from one value to the next: `struct bpf_devmap_val`, `struct bpf_cpumap_val`. */
const STRIDE = 8;

/**
 * Targets of `bpf_redirect_map` by index: `BPF_MAP_TYPE_DEVMAP` (Linux 4.14) holds interfaces, `BPF_MAP_TYPE_CPUMAP`
 * (4.15) the queue sizes of CPUs, `BPF_MAP_TYPE_XSKMAP` (4.18) sockets. The VM has none of these: a devmap or cpumap
 * takes any number and records who was redirected to, an xskmap stays empty (EBADF).
 *
 *     VALUES    + 8       + 16
 *     +---------+---------+----
 *     | value 0 | value 1 | ...     a value whose first word is 0 is no entry
 *     +---------+---------+----
 */
export class RedirectArray extends MapBase {
  readonly #values: number;
  #count = 0;

  constructor(definition: MapDefinition, environment: MapEnvironment) {
    super(definition, environment);
    const { maxEntries: count, valueSize: size } = definition;
    this.#values = this.allocateRegion({ count, stride: STRIDE, offset: 0, size, writable: false });
    this.setHeader(Header.VALUES, this.#values);
    this.setHeader(Header.STRIDE, STRIDE);
  }

  get entries(): number {
    return this.#count;
  }

  override lookup(key: number): number {
    return this.locate(key);
  }

  override set(key: Uint8Array, value: Uint8Array, flags: number): number {
    const index = this.memory.view.getUint32(this.keyAddress(key), true);
    this.checkValue(value);
    if (!this.mayWrite) return Errno.EPERM;
    if (flags >>> 0 > UpdateFlag.EXIST) return Errno.EINVAL;
    if (index >= this.definition.maxEntries) return Errno.E2BIG;
    if (flags === UpdateFlag.NOEXIST) return Errno.EEXIST;
    if (this.definition.type === 'xskmap') return Errno.EBADF;
    this.#put(index, value);
    return 0;
  }

  override remove(key: Uint8Array): number {
    const index = this.memory.view.getUint32(this.keyAddress(key), true);
    if (!this.mayWrite) return Errno.EPERM;
    if (index >= this.definition.maxEntries) return Errno.EINVAL;
    this.#put(index, new Uint8Array(this.definition.valueSize));
    return 0;
  }

  protected override locate(key: number): number {
    const index = this.memory.view.getUint32(key, true);
    return index < this.definition.maxEntries && this.#holds(index) ? this.#values + index * STRIDE : 0;
  }

  protected override following(key: number): number {
    return followingIndex(this.memory.view, key, this.handle + Header.SCRATCH_KEY, this.definition.maxEntries);
  }

  #holds(index: number): boolean {
    return this.memory.view.getUint32(this.#values + index * STRIDE, true) !== 0;
  }

  #put(index: number, value: Uint8Array): void {
    const before = this.#holds(index);
    this.memory.u8.set(value, this.#values + index * STRIDE);
    this.#count += Number(this.#holds(index)) - Number(before);
  }
}

/** `BPF_MAP_TYPE_DEVMAP_HASH` (Linux 5.4): a devmap with any 32-bit numbers as keys. */
export class RedirectHash extends HashMap {
  constructor(definition: MapDefinition, environment: MapEnvironment) {
    super({ ...definition, flags: definition.flags | mapFlags.BPF_F_RDONLY_PROG }, environment);
  }

  /** EINVAL for interface 0. */
  override set(key: Uint8Array, value: Uint8Array, flags: number): number {
    this.checkValue(value);
    const ifindex = new DataView(value.buffer, value.byteOffset).getUint32(0, true);
    return ifindex === 0 ? Errno.EINVAL : super.set(key, value, flags);
  }
}
