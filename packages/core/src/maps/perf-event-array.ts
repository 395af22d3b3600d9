import type { MapDefinition } from './definition.ts';
import type { MapEnvironment } from './environment.ts';
import { Errno } from './errno.ts';
import type { RecordMap } from './map.ts';
import { MapBase } from './map-base.ts';

/** Bytes that wait for the reader on one CPU at most: 64 pages, as readers of a kernel commonly map. */
const BUFFER_SIZE = 64 * 4096;
/** Bytes that a sample takes beside its data in a kernel's buffer: record header and size. */
const SAMPLE_HEAD = 12;

/** A sample that a program put out. */
export interface PerfSample {
  readonly cpu: number;
  readonly data: Uint8Array;
}

/**
 * `BPF_MAP_TYPE_PERF_EVENT_ARRAY` (Linux 4.3): samples from programs to user space, through a buffer for each CPU.
 * User space of a kernel opens those buffers and puts them into the array; here every CPU that the array has an
 * entry for has its buffer from the start. Samples that find their buffer full are lost and counted.
 */
export class PerfEventArrayMap extends MapBase implements RecordMap {
  readonly entries: number;
  readonly #samples: PerfSample[] = [];
  readonly #waiting: number[];
  #lost = 0;

  constructor(definition: MapDefinition, environment: MapEnvironment) {
    super(definition, environment);
    this.entries = Math.min(definition.maxEntries, environment.cpus);
    this.#waiting = new Array<number>(this.entries).fill(0);
  }

  /** Samples lost since the map was made. */
  get lost(): number {
    return this.#lost;
  }

  /**
   * Puts a sample, of which it keeps a copy, into the buffer of an index, a CPU number: 0, E2BIG beyond the array,
   * ENOENT where the machine has no such CPU, ENOSPC where the buffer is full.
   */
  output(index: number, data: Uint8Array): number {
    if (index >= this.definition.maxEntries) return Errno.E2BIG;
    const waiting = this.#waiting[index];
    if (waiting === undefined) return Errno.ENOENT;
    const size = data.length + SAMPLE_HEAD;
    if (waiting + size > BUFFER_SIZE) {
      this.#lost += 1;
      return Errno.ENOSPC;
    }
    this.#waiting[index] = waiting + size;
    this.#samples.push({ cpu: index, data: data.slice() });
    return 0;
  }

  /** Takes the samples of all CPUs, in the order in which they were put out. */
  drain(): PerfSample[] {
    this.#waiting.fill(0);
    return this.#samples.splice(0);
  }

  consume(): Uint8Array[] {
    return this.drain().map(({ data }) => data);
  }

  override set(): number {
    return Errno.EOPNOTSUPP;
  }
  override remove(): number {
    return Errno.EOPNOTSUPP;
  }
}
