import { SkepError } from '@skep/core/base';
import { type RecordBatch, recordsOf } from '@skep/core/host';
import type { MapSpec } from '@skep/core/object';
import type { Bpf } from '../bpf/bpf.ts';
import { PerfBufferReader } from './perf-buffer.ts';
import type { RecordReader } from './record-reader.ts';
import { RecordWatch } from './record-watch.ts';
import { RingBufferReader } from './ring-buffer.ts';
import { UserRingBufferWriter } from './user-ring-buffer.ts';

/** The records that go through one map, either way. Memory is shared with the kernel when it is first needed. */
export class MapRecords {
  readonly #bpf: Bpf;
  readonly #descriptor: number;
  readonly #spec: MapSpec;
  #reader: RecordReader | undefined;
  #watch: RecordWatch | undefined;
  #writer: UserRingBufferWriter | undefined;

  constructor(bpf: Bpf, descriptor: number, spec: MapSpec) {
    this.#bpf = bpf;
    this.#descriptor = descriptor;
    this.#spec = spec;
  }

  /** As {@link HostMap.take}. @throws SKEP_NOT_SUPPORTED for a map without records. */
  take(most: number): RecordBatch {
    return this.#read().take(most);
  }

  /** As {@link HostMap.drain}. */
  drain(): Uint8Array[] {
    const records: Uint8Array[] = [];
    const all = Number.POSITIVE_INFINITY;
    for (let batch = this.take(all); batch.starts.length > 0; batch = this.take(all)) {
      for (const record of recordsOf(batch)) records.push(record);
    }
    return records;
  }

  get lost(): number | undefined {
    return this.#reader?.lost;
  }

  /** As {@link HostMap.watch}. @throws SKEP_NOT_SUPPORTED for a map without records. */
  watch(wake: () => void, every: number): () => void {
    const reader = this.#read();
    this.#watch ??= new RecordWatch(this.#bpf.ffi, reader);
    return this.#watch.watch(wake, every);
  }

  /** Puts a record into a user ring buffer. @throws SKEP_MAP_FULL, SKEP_BAD_VALUE. */
  push(record: Uint8Array): void {
    this.#writer ??= new UserRingBufferWriter(this.#bpf.ffi, this.#descriptor, this.#spec);
    this.#writer.push(record);
  }

  /**
   * Begins to receive: programs find no place for samples in a perf event array before. Where that is not permitted,
   * whoever reads is told, as a program may do without.
   */
  receive(): void {
    if (this.#spec.type !== 'perf_event_array') return;
    try {
      this.#read();
    } catch (error) {
      if (!(error instanceof SkepError)) throw error;
    }
  }

  /** Ends waiting before the memory goes. */
  dispose(): void {
    this.#watch?.dispose();
    this.#reader?.dispose();
    this.#writer?.dispose();
  }

  #read(): RecordReader {
    this.#reader ??= this.#open();
    return this.#reader;
  }

  #open(): RecordReader {
    const { type, name } = this.#spec;
    if (type === 'ringbuf') return new RingBufferReader(this.#bpf.ffi, this.#descriptor, this.#spec);
    if (type === 'perf_event_array') return new PerfBufferReader(this.#bpf, this.#descriptor, this.#spec);
    throw new SkepError('SKEP_NOT_SUPPORTED', `map ${name} of type ${type} has no records to read`);
  }
}
