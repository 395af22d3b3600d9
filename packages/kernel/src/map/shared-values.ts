import { alignUp } from '@skep/core/base';
import type { SharedValues } from '@skep/core/host';
import type { MapSpec } from '@skep/core/object';
import type { Ffi, Mapping } from '../ffi/ffi.ts';

/** Larger arrays are read by system calls. */
const LIMIT = 2 ** 31;

/**
 * The values of an array in memory that this process shares with the kernel (BPF_F_MMAPABLE, Linux 5.5): each stands at
 * a multiple of its size rounded up to 8 bytes. Mapping and view die together: nobody else gets the view.
 */
export class MappedValues implements SharedValues {
  /** False where it may only be read: frozen maps, and those that programs only read. */
  readonly writable: boolean;
  readonly #stride: number;
  readonly #entries: number;
  #mapping: Mapping | undefined;
  #bytes: Uint8Array;
  #words: Int32Array;
  #longs: BigInt64Array;

  private constructor(mapping: Mapping, spec: MapSpec, writable: boolean) {
    this.#mapping = mapping;
    this.#stride = alignUp(spec.valueSize, 8);
    this.#entries = spec.maxEntries;
    this.writable = writable;
    this.#bytes = new Uint8Array(mapping.bytes);
    this.#words = new Int32Array(mapping.bytes);
    this.#longs = new BigInt64Array(mapping.bytes);
  }

  /** Maps the values, for writing where the kernel lets us; undefined where it does not map them at all. */
  static map(ffi: Ffi, descriptor: number, spec: MapSpec): MappedValues | undefined {
    const length = alignUp(spec.valueSize, 8) * spec.maxEntries;
    if (length === 0 || length > LIMIT) return undefined;
    for (const write of [true, false]) {
      const mapping = ffi.map(descriptor, length, { write });
      if (typeof mapping !== 'number') return new MappedValues(mapping, spec, write);
    }
    return undefined;
  }

  has(index: number): boolean {
    return index < this.#entries;
  }

  /** Aligned numbers of 32 and 64 bits are read at once, so that a program's write is seen whole. */
  read(index: number, offset: number, size: number): Uint8Array {
    const at = index * this.#stride + offset;
    if (size === 4 && at % 4 === 0) {
      return new Uint8Array(Int32Array.of(Atomics.load(this.#words, at / 4)).buffer);
    }
    if (size === 8 && at % 8 === 0) {
      return new Uint8Array(BigInt64Array.of(Atomics.load(this.#longs, at / 8)).buffer);
    }
    return this.#bytes.slice(at, at + size);
  }

  write(index: number, offset: number, bytes: Uint8Array): void {
    const at = index * this.#stride + offset;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    if (bytes.length === 4 && at % 4 === 0) Atomics.store(this.#words, at / 4, view.getInt32(0, true));
    else if (bytes.length === 8 && at % 8 === 0) Atomics.store(this.#longs, at / 8, view.getBigInt64(0, true));
    else this.#bytes.set(bytes, at);
  }

  /** Views first: one that outlives the mapping would reach into memory that is gone. */
  dispose(): void {
    this.#bytes = new Uint8Array(0);
    this.#words = new Int32Array(0);
    this.#longs = new BigInt64Array(0);
    this.#mapping?.unmap();
    this.#mapping = undefined;
  }
}
