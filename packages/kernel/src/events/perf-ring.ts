import type { RecordBatch } from '@skep/core/host';
import type { Ffi, Mapping } from '../ffi/ffi.ts';
import { mapOrThrow } from './map-or-throw.ts';
import { noRecords } from './record-reader.ts';

/** Offsets in the first page (`struct perf_event_mmap_page`). */
const DATA_HEAD = 1024;
const DATA_TAIL = 1032;
/** Kinds of records: PERF_RECORD_LOST and PERF_RECORD_SAMPLE. */
const LOST = 2;
const SAMPLE = 9;
/** A record is at most 64 KiB, so one always fits: more is copied in another turn. */
const COPY = 256 * 1024;

/**
 * The ring of one perf event (perf_event_open(2)): a page with the positions, then the data, a power of two of bytes.
 * Records are multiples of 8 bytes and may wrap around:
 *
 *     u32 kind  u16 flags  u16 length of all | SAMPLE: u32 size, data and padding | LOST: u64 id, u64 records lost
 *
 * The kernel pads a sample to 4 less than a multiple of 8 bytes, and its size counts the padding.
 */
export class PerfRing {
  readonly #mapping: Mapping;
  readonly #head: BigUint64Array;
  readonly #tail: BigUint64Array;
  readonly #data: Uint8Array;
  #lost = 0;

  /**
   * @param page bytes of a memory page.
   * @param size bytes of the data.
   * @throws SKEP_NOT_PERMITTED, SKEP_MEMORY_LIMIT, SKEP_NOT_SUPPORTED where the kernel refuses the mapping.
   */
  constructor(ffi: Ffi, descriptor: number, page: number, size: number, what: string) {
    this.#mapping = mapOrThrow(ffi, { descriptor, length: page + size, offset: 0, write: true, what });
    this.#head = new BigUint64Array(this.#mapping.bytes, DATA_HEAD, 1);
    this.#tail = new BigUint64Array(this.#mapping.bytes, DATA_TAIL, 1);
    this.#data = new Uint8Array(this.#mapping.bytes, page, size);
  }

  /** Records that found no room, as far as the ring was read. */
  get lost(): number {
    return this.#lost;
  }

  get pending(): boolean {
    return Atomics.load(this.#head, 0) !== Atomics.load(this.#tail, 0);
  }

  /** Takes the oldest samples, `most` at most. */
  take(most: number): RecordBatch {
    const tail = Atomics.load(this.#tail, 0);
    const available = Number(BigInt.asUintN(64, Atomics.load(this.#head, 0) - tail));
    if (available === 0) return noRecords;
    const bytes = this.#copy(Number(BigInt.asUintN(32, tail)) & (this.#data.length - 1), Math.min(available, COPY));
    const { batch, read } = this.#parse(bytes, most);
    Atomics.store(this.#tail, 0, BigInt.asUintN(64, tail + BigInt(read)));
    return read === 0 ? noRecords : batch;
  }

  /** `length` bytes from `from` on, around the edge. */
  #copy(from: number, length: number): Uint8Array {
    const bytes = this.#data.slice(from, from + length);
    if (bytes.length === length) return bytes;
    const whole = new Uint8Array(length);
    whole.set(bytes);
    whole.set(this.#data.subarray(0, length - bytes.length), bytes.length);
    return whole;
  }

  #parse(bytes: Uint8Array, most: number): { readonly batch: RecordBatch; readonly read: number } {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const starts: number[] = [];
    const sizes: number[] = [];
    let at = 0;
    while (starts.length < most && at + 8 <= bytes.length) {
      const length = view.getUint16(at + 6, true);
      if (length < 8 || at + length > bytes.length) break;
      const kind = view.getUint32(at, true);
      if (kind === SAMPLE) {
        starts.push(at + 12);
        sizes.push(view.getUint32(at + 8, true));
      } else if (kind === LOST) {
        this.#lost += Number(view.getBigUint64(at + 16, true));
      }
      at += length;
    }
    return { batch: { bytes, starts, sizes }, read: at };
  }

  dispose(): void {
    this.#mapping.unmap();
  }
}
