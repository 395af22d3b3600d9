import type { Value } from '../btf/value.ts';
import type { RecordBatch } from './record-batch.ts';

/**
 * Records that were there at one moment, decoded only where asked. It owns its bytes: they are copied out of the
 * buffer at once, so that programs have the room again, and stay valid for as long as the batch is kept.
 */
export class EventBatch implements Iterable<Value> {
  /** All the bytes. Record `index` lies at `start(index)` and has `size(index)` of them; integers are the machine's. */
  readonly view: DataView;
  readonly #records: RecordBatch;
  readonly #decode: (record: Uint8Array) => Value;

  constructor(records: RecordBatch, decode: (record: Uint8Array) => Value) {
    const { bytes } = records;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#records = records;
    this.#decode = decode;
  }

  /** Number of records. */
  get length(): number {
    return this.#records.starts.length;
  }
  /** Where a record starts in {@link view}; 0 where there is no such record. */
  start(index: number): number {
    return this.#records.starts[index] ?? 0;
  }
  /** Bytes of a record; 0 where there is no such record. */
  size(index: number): number {
    return this.#records.sizes[index] ?? 0;
  }
  /** A view of a record's bytes, no copy. */
  bytes(index: number): Uint8Array {
    const start = this.start(index);
    return this.#records.bytes.subarray(start, start + this.size(index));
  }
  /** A record as the map's type says, else hex bytes. */
  value(index: number): Value {
    return this.#decode(this.bytes(index));
  }
  /** The values of all records, each decoded when its turn comes. */
  *[Symbol.iterator](): IterableIterator<Value> {
    for (let index = 0; index < this.length; index += 1) yield this.value(index);
  }
}
