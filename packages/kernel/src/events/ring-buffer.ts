import type { RecordBatch } from '@skep/core/host';
import type { MapSpec } from '@skep/core/object';
import type { Ffi, Mapping } from '../ffi/ffi.ts';
import { mapOrThrow } from './map-or-throw.ts';
import { pageSize } from './page-size.ts';
import { noRecords, type RecordReader } from './record-reader.ts';
import { BUSY, DISCARD, HEADER, recordLength } from './ring-record.ts';

/**
 * Reads the records of a BPF ring buffer (Documentation/bpf/ringbuf.rst, Linux 5.8) through its two mappings:
 *
 *     page 0, writable     consumer position, u64
 *     page 1, read-only    producer position, u64
 *     then, read-only      the data, mapped twice in a row so that no record wraps
 *
 * Positions count bytes for ever, modulo 2^64; only their difference, at most the size, becomes a number here.
 */
export class RingBufferReader implements RecordReader {
  readonly descriptor: number;
  /** The kernel does not count: only the program learns that there was no room. */
  readonly lost: undefined;
  readonly #size: number;
  readonly #mappings: readonly Mapping[];
  readonly #consumer: BigUint64Array;
  readonly #producer: BigUint64Array;
  readonly #headers: Uint32Array;
  readonly #data: Uint8Array;
  #stalled = false;
  #disposed = false;

  /** @throws SKEP_NOT_SUPPORTED, SKEP_NOT_PERMITTED, SKEP_MEMORY_LIMIT where the kernel refuses the mapping. */
  constructor(ffi: Ffi, descriptor: number, { maxEntries, name }: MapSpec) {
    const page = pageSize();
    const what = `ring buffer ${name}`;
    const length = page + 2 * maxEntries;
    const consumer = mapOrThrow(ffi, { descriptor, length: page, offset: 0, write: true, what });
    let producer: Mapping;
    try {
      producer = mapOrThrow(ffi, { descriptor, length, offset: page, write: false, what });
    } catch (error) {
      consumer.unmap();
      throw error;
    }
    this.descriptor = descriptor;
    this.#size = maxEntries;
    this.#mappings = [consumer, producer];
    this.#consumer = new BigUint64Array(consumer.bytes, 0, 1);
    this.#producer = new BigUint64Array(producer.bytes, 0, 1);
    this.#headers = new Uint32Array(producer.bytes, page);
    this.#data = new Uint8Array(producer.bytes, page);
  }

  get pending(): boolean {
    return !this.#disposed && Atomics.load(this.#producer, 0) !== Atomics.load(this.#consumer, 0);
  }

  get stalled(): boolean {
    return this.#stalled && this.pending;
  }

  /** Stops at a record that a program still writes. The bytes of all are copied at once. */
  take(most: number): RecordBatch {
    if (!this.pending) return noRecords;
    const position = Atomics.load(this.#consumer, 0);
    const available = Number(BigInt.asUintN(64, Atomics.load(this.#producer, 0) - position));
    const from = Number(BigInt.asUintN(32, position)) & (this.#size - 1);
    const starts: number[] = [];
    const sizes: number[] = [];
    let at = 0;
    while (at < available && starts.length < most) {
      const header = Atomics.load(this.#headers, (from + at) >>> 2);
      if (header & BUSY) break;
      const length = recordLength(header);
      if ((header & DISCARD) === 0) {
        starts.push(at + HEADER);
        sizes.push(length);
      }
      at += HEADER + ((length + 7) & ~7);
    }
    const bytes = starts.length === 0 ? noRecords.bytes : this.#data.slice(from, from + at);
    this.#stalled = at === 0;
    if (at > 0) Atomics.store(this.#consumer, 0, BigInt.asUintN(64, position + BigInt(at)));
    return { bytes, starts, sizes };
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const mapping of this.#mappings) mapping.unmap();
  }
}
