import { SkepError } from '@skep/core/base';
import type { MapSpec } from '@skep/core/object';
import type { Ffi, Mapping } from '../ffi/ffi.ts';
import { mapOrThrow } from './map-or-throw.ts';
import { pageSize } from './page-size.ts';
import { HEADER } from './ring-record.ts';

/**
 * Writes the records of a user ring buffer (`BPF_MAP_TYPE_USER_RINGBUF`, Linux 6.1), which programs take with
 * `bpf_user_ringbuf_drain`:
 *
 *     page 0, read-only    consumer position, u64
 *     page 1, writable     producer position, u64
 *     then, writable       the data, mapped twice in a row
 *
 * There may be one writer only: this object.
 */
export class UserRingBufferWriter {
  readonly #spec: MapSpec;
  readonly #mappings: readonly Mapping[];
  readonly #consumer: BigUint64Array;
  readonly #producer: BigUint64Array;
  readonly #headers: Uint32Array;
  readonly #data: Uint8Array;
  #disposed = false;

  /** @throws SKEP_NOT_SUPPORTED, SKEP_NOT_PERMITTED, SKEP_MEMORY_LIMIT where the kernel refuses the mapping. */
  constructor(ffi: Ffi, descriptor: number, spec: MapSpec) {
    const page = pageSize();
    const what = `user ring buffer ${spec.name}`;
    const consumer = mapOrThrow(ffi, { descriptor, length: page, offset: 0, write: false, what });
    let producer: Mapping;
    try {
      producer = mapOrThrow(ffi, { descriptor, length: page + 2 * spec.maxEntries, offset: page, write: true, what });
    } catch (error) {
      consumer.unmap();
      throw error;
    }
    this.#spec = spec;
    this.#mappings = [consumer, producer];
    this.#consumer = new BigUint64Array(consumer.bytes, 0, 1);
    this.#producer = new BigUint64Array(producer.bytes, 0, 1);
    this.#headers = new Uint32Array(producer.bytes, page);
    this.#data = new Uint8Array(producer.bytes, page);
  }

  /** Writes one record. @throws SKEP_MAP_FULL; SKEP_BAD_VALUE for one that never fits; SKEP_USAGE once disposed of. */
  push(record: Uint8Array): void {
    const { maxEntries, name } = this.#spec;
    if (this.#disposed) throw new SkepError('SKEP_USAGE', `map ${name} was disposed of`);
    const length = HEADER + Math.ceil(record.length / 8) * 8;
    if (length > maxEntries) {
      throw new SkepError('SKEP_BAD_VALUE', `a record of ${record.length} bytes does not fit into map ${name}`, {
        reason: `the whole buffer has ${maxEntries} bytes, and each record takes ${HEADER} more`,
      });
    }
    const position = Atomics.load(this.#producer, 0);
    const used = Number(BigInt.asUintN(64, position - Atomics.load(this.#consumer, 0)));
    if (used + length > maxEntries) {
      throw new SkepError('SKEP_MAP_FULL', `map ${name} has no room for ${record.length} bytes`, {
        reason: `${used} of ${maxEntries} bytes wait for a program`,
        remedy: 'let the program drain it, or make the map larger',
      });
    }
    const at = Number(BigInt.asUintN(32, position)) & (maxEntries - 1);
    this.#data.set(record, at + HEADER);
    this.#headers[(at + 4) >>> 2] = 0;
    Atomics.store(this.#headers, at >>> 2, record.length);
    // The kernel reads the record as soon as it sees the position behind it.
    Atomics.store(this.#producer, 0, BigInt.asUintN(64, position + BigInt(length)));
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const mapping of this.#mappings) mapping.unmap();
  }
}
