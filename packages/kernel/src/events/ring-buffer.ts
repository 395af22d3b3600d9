import { SkepError } from '@skep/core/base';
import type { MapSpec } from '@skep/core/object';
import { errnoName } from '../bpf/errors.ts';
import type { Ffi, Mapping } from '../ffi/ffi.ts';

const PAGE = 4096;
const HEADER = 8;
const BUSY = 0x80000000;
const DISCARD = 0x40000000;

/**
 * Reads the records of a BPF ring buffer (Documentation/bpf/ringbuf.rst, Linux 5.8) through its two mappings:
 *
 *     page 0, writable     consumer position, u64
 *     page 1, read-only    producer position, u64
 *     then, read-only      the data, mapped twice in a row so that no record wraps
 *
 * A record is an 8-byte header (length and the busy and discard bits, page offset) and the data, rounded up to 8.
 */
export class RingBufferReader {
  readonly #size: number;
  readonly #mappings: readonly Mapping[];
  readonly #consumer: BigUint64Array;
  readonly #producer: BigUint64Array;
  readonly #headers: Uint32Array;
  readonly #data: Uint8Array;

  /** @throws SKEP_NOT_SUPPORTED where the kernel refuses the mapping. */
  constructor(ffi: Ffi, descriptor: number, spec: MapSpec) {
    this.#size = spec.maxEntries;
    const consumer = mapOrThrow(ffi, descriptor, PAGE, true, 0, spec);
    const producer = mapOrThrow(ffi, descriptor, PAGE + 2 * this.#size, false, PAGE, spec);
    this.#mappings = [consumer, producer];
    this.#consumer = new BigUint64Array(consumer.bytes, 0, 1);
    this.#producer = new BigUint64Array(producer.bytes, 0, 1);
    this.#headers = new Uint32Array(producer.bytes, PAGE);
    this.#data = new Uint8Array(producer.bytes, PAGE);
  }

  /** Whether a program has written more than was read. */
  get pending(): boolean {
    return Atomics.load(this.#producer, 0) !== Atomics.load(this.#consumer, 0);
  }

  /** Copies of the records that are there now, oldest first; stops at one that a program still writes. */
  drain(): Uint8Array[] {
    const records: Uint8Array[] = [];
    const end = Number(Atomics.load(this.#producer, 0));
    let position = Number(Atomics.load(this.#consumer, 0));
    while (position < end) {
      const at = position & (this.#size - 1);
      const header = Atomics.load(this.#headers, at >>> 2);
      if (header & BUSY) break;
      const length = header & ~DISCARD;
      if ((header & DISCARD) === 0) records.push(this.#data.slice(at + HEADER, at + HEADER + length));
      position += HEADER + ((length + 7) & ~7);
    }
    Atomics.store(this.#consumer, 0, BigInt(position));
    return records;
  }

  dispose(): void {
    for (const mapping of this.#mappings) mapping.unmap();
  }
}

function mapOrThrow(
  ffi: Ffi,
  descriptor: number,
  length: number,
  write: boolean,
  offset: number,
  spec: MapSpec,
): Mapping {
  const mapping = ffi.map(descriptor, length, { write, offset });
  if (typeof mapping === 'number') {
    throw new SkepError('SKEP_NOT_SUPPORTED', `cannot map ring buffer ${spec.name} into memory`, {
      errno: errnoName(mapping),
    });
  }
  return mapping;
}
