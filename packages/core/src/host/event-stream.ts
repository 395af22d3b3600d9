import { alignUp } from '../base/bytes.ts';
import type { Value } from '../btf/value.ts';
import { hexCodec } from './codec.ts';
import { EventBatch } from './event-batch.ts';
import { MapHandle } from './map-handle.ts';
import { batchOf, type RecordBatch } from './record-batch.ts';

/** How {@link EventStream.read} and {@link EventStream.batches} wait. */
export interface ReadOptions {
  /**
   * Milliseconds from one wake-up to the next at least: at high rates fewer wake-ups cost less. 0, the default, wakes
   * at once. A host whose programs run only when asked, such as the VM, wakes after each run whatever this says.
   */
  readonly every?: number;
}

/** Whether a reader was told to stop. */
interface Stop {
  asked: boolean;
}

/**
 * Records between two turns of the event loop at most, so that timers and sockets have theirs: decoding a value takes
 * microseconds, looking at its bytes much less.
 */
const MOST_VALUES = 512;
const MOST_RECORDS = 2048;
const untyped = hexCodec(0);
const nothing: RecordBatch = { bytes: new Uint8Array(0), starts: [], sizes: [] };

/**
 * The records of a ring buffer (Linux 5.8) or perf event array (Linux 4.3). `for await` reads until the collection
 * ends, and gets what is left then. It is woken when a program's handle has run it, and by the host where programs run
 * by themselves; only there does waiting keep the process alive.
 */
export class EventStream extends MapHandle {
  #waiting: (() => void)[] = [];
  /** How often it was woken: a record may come between looking and waiting. */
  #wakes = 0;
  /** Taken and not yet given out: what a reader left behind, and what was there when the collection ended. */
  readonly #kept: RecordBatch[] = [];
  #closed = false;
  #lost: number | undefined;

  /**
   * Records that the host knows were lost because the reader was too slow: of a perf event array, whose kernel counts
   * them. Undefined for a ring buffer: there only the program learns that its record found no room, from what
   * `bpf_ringbuf_reserve` and `bpf_ringbuf_output` return, and can count it in a map.
   */
  get lost(): number | undefined {
    return this.#closed ? this.#lost : this.map.lost;
  }

  override drain(): Value[] {
    const values: Value[] = [];
    for (let batch = this.#take(MOST_RECORDS); batch.starts.length > 0; batch = this.#take(MOST_RECORDS)) {
      values.push(...this.#open(batch));
    }
    return values;
  }

  /** One record: by the map's value type where it has one of that size, else hex bytes. */
  decode(record: Uint8Array): Value {
    const { value } = this.codecs;
    if (value.size === 0 || record.length === 0) return untyped.decode(record);
    if (value.size === record.length) return value.decode(record);
    return this.#isPadded(record.length) ? value.decode(record.subarray(0, value.size)) : untyped.decode(record);
  }

  /** Whether a record is a value and what the kernel pads it with: to 4 less than a multiple of 8 bytes. */
  #isPadded(length: number): boolean {
    return this.spec.type === 'perf_event_array' && length === alignUp(this.codecs.value.size + 4, 8) - 4;
  }

  override [Symbol.asyncIterator](): AsyncGenerator<Value> {
    return this.read();
  }

  /**
   * The values, one by one, until the collection ends. Whoever stops before leaves the rest for the next; `return()`
   * ends waiting too.
   */
  read(options: ReadOptions = {}): AsyncGenerator<Value> {
    return this.#stoppable((stop) => this.#values(options, stop));
  }

  /** The records as they come, many at once and not decoded: for high rates. Ends as {@link read} does. */
  batches(options: ReadOptions = {}): AsyncGenerator<EventBatch> {
    return this.#stoppable((stop) => this.#opened(options, stop));
  }

  /** A generator answers `return()` only where it yields: this one is woken from waiting for it. */
  #stoppable<T>(make: (stop: Stop) => AsyncGenerator<T>): AsyncGenerator<T> {
    const stop: Stop = { asked: false };
    const generator = make(stop);
    const finish = generator.return.bind(generator);
    generator.return = (value) => {
      stop.asked = true;
      this.wake();
      return finish(value);
    };
    return generator;
  }

  async *#values(options: ReadOptions, stop: Stop): AsyncGenerator<Value> {
    for await (const batch of this.#batches(options, MOST_VALUES, stop)) {
      let index = 0;
      try {
        const { length } = batch.starts;
        while (index < length) {
          index += 1;
          yield this.decode(recordAt(batch, index - 1));
        }
      } finally {
        this.#keep(batch, index);
      }
    }
  }

  async *#opened(options: ReadOptions, stop: Stop): AsyncGenerator<EventBatch> {
    for await (const batch of this.#batches(options, MOST_RECORDS, stop)) yield this.#open(batch);
  }

  async *#batches({ every = 0 }: ReadOptions, most: number, stop: Stop): AsyncGenerator<RecordBatch> {
    const paced = every > 0 && this.map.watch !== undefined;
    while (!stop.asked) {
      const wakes = this.#wakes;
      const batch = this.#take(most);
      const found = batch.starts.length > 0;
      if (found) yield batch;
      if (this.#closed ? found : this.#wakes !== wakes && !paced) continue;
      if (this.#closed || stop.asked) return;
      await this.#wait(every);
    }
  }

  async #wait(every: number): Promise<void> {
    const woken = new Promise<void>((resolve) => this.#waiting.push(resolve));
    const stop = this.map.watch?.(() => this.wake(), every);
    await woken;
    stop?.();
  }

  override wake(): void {
    this.#wakes += 1;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  override close(): void {
    if (this.#closed) return;
    this.#lost = this.map.lost;
    try {
      this.#keep(batchOf(this.map.drain()), 0);
    } catch {
      // Records that cannot be read: whoever read was told why, and nobody else wants to know.
    }
    this.#closed = true;
    this.wake();
  }

  /** Leaves the records of a batch from `index` on to the next reader. */
  #keep({ bytes, starts, sizes }: RecordBatch, index: number): void {
    if (index < starts.length) this.#kept.push({ bytes, starts: starts.slice(index), sizes: sizes.slice(index) });
  }

  #take(most: number): RecordBatch {
    const kept = this.#kept.shift();
    if (kept !== undefined) return kept;
    if (this.#closed) return nothing;
    return this.map.take?.(most) ?? batchOf(this.map.drain());
  }

  #open(batch: RecordBatch): EventBatch {
    return new EventBatch(batch, (record) => this.decode(record));
  }
}

function recordAt({ bytes, starts, sizes }: RecordBatch, index: number): Uint8Array {
  const start = starts[index] ?? 0;
  return bytes.subarray(start, start + (sizes[index] ?? 0));
}
