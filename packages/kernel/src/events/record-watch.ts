import type { Ffi } from '../ffi/ffi.ts';
import { LoopPoll } from './loop-poll.ts';
import type { RecordReader } from './record-reader.ts';

/** Milliseconds between looks where the event loop cannot wait: for the descriptor, or for a record to be finished. */
const LOOK = 5;

/**
 * Tells whoever waits that a reader has records: through the event loop, or by looking every few milliseconds in worker
 * threads and other runtimes than Node. Each is told once. A perf event becomes readable with a new record only, so what
 * is left from before is told without waiting for it.
 */
export class RecordWatch {
  readonly #reader: RecordReader;
  readonly #poll: LoopPoll | undefined;
  readonly #waiting = new Set<() => void>();
  #works: boolean;
  #timer: ReturnType<typeof setInterval> | undefined;
  /** Tells of records that are there already. */
  #left: ReturnType<typeof setImmediate> | undefined;
  /** Looks again at a record that is being written. */
  #pause: ReturnType<typeof setTimeout> | undefined;
  /** When somebody was told last, in milliseconds of the process. */
  #told = Number.NEGATIVE_INFINITY;
  #disposed = false;

  constructor(ffi: Ffi, reader: RecordReader) {
    this.#reader = reader;
    this.#poll = LoopPoll.open(ffi, reader.descriptor, (works) => this.#tell(works));
    this.#works = this.#poll !== undefined;
  }

  /** As {@link HostMap.watch}. */
  watch(wake: () => void, every: number): () => void {
    const rest = this.#told + every - performance.now();
    const pause = rest > 0 ? setTimeout(() => this.#add(wake), rest) : undefined;
    if (pause === undefined) this.#add(wake);
    return () => {
      clearTimeout(pause);
      this.#remove(wake);
    };
  }

  /** Ends all waiting; nobody is told. */
  dispose(): void {
    this.#disposed = true;
    this.#waiting.clear();
    this.#stop();
    this.#poll?.close();
  }

  #add(wake: () => void): void {
    if (this.#disposed) return;
    this.#waiting.add(wake);
    if (this.#waiting.size > 1) return;
    if (this.#reader.pending) {
      // A ring stays readable while a program holds the record in front: waiting for that would turn the loop idly.
      if (this.#reader.stalled === true) this.#pause = setTimeout(() => this.#tell(true), LOOK);
      else this.#left = setImmediate(() => this.#tell(true));
      return;
    }
    this.#works &&= this.#poll?.start() === true;
    if (!this.#works) this.#look();
  }

  #remove(wake: () => void): void {
    if (this.#waiting.delete(wake) && this.#waiting.size === 0) this.#stop();
  }

  #look(): void {
    this.#timer ??= setInterval(() => {
      if (this.#reader.pending) this.#tell(true);
    }, LOOK);
  }

  #stop(): void {
    clearImmediate(this.#left);
    this.#left = undefined;
    clearTimeout(this.#pause);
    this.#pause = undefined;
    if (this.#works) this.#poll?.stop();
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tell(works: boolean): void {
    this.#stop();
    this.#works &&= works;
    this.#told = performance.now();
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }
}
