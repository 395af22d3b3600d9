import type { Value } from '../btf/value.ts';
import { hexCodec } from './codec.ts';
import { MapHandle } from './map-handle.ts';

/**
 * The records of a ring buffer (Linux 5.8) or perf event array (Linux 4.3). `for await` reads until the collection
 * ends, and gets what is left then. It is woken when a program's handle has run it, and by the host where programs run
 * by themselves; only there does waiting keep the process alive.
 */
export class EventStream extends MapHandle {
  #waiting: (() => void)[] = [];
  /** How often it was woken: a record may come between looking and waiting. */
  #wakes = 0;
  /** What was left when the collection ended; undefined before. */
  #left: Value[] | undefined;

  override drain(): Value[] {
    return this.#left === undefined ? this.#take() : this.#left.splice(0);
  }

  /** One record: by the map's value type where it has one of that size, else hex bytes. */
  decode(record: Uint8Array): Value {
    const { value } = this.codecs;
    return value.size === record.length && record.length > 0 ? value.decode(record) : hexCodec(0).decode(record);
  }

  override async *[Symbol.asyncIterator](): AsyncGenerator<Value> {
    while (true) {
      const wakes = this.#wakes;
      yield* this.drain();
      if (this.#wakes !== wakes) continue;
      if (this.#left !== undefined) return;
      await this.#wait();
    }
  }

  async #wait(): Promise<void> {
    const woken = new Promise<void>((resolve) => this.#waiting.push(resolve));
    const stop = this.map.watch?.(() => this.wake());
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
    if (this.#left !== undefined) return;
    this.#left = this.#take();
    this.wake();
  }

  #take(): Value[] {
    return this.map.drain().map((record) => this.decode(record));
  }
}
