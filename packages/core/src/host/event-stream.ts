import type { Value } from '../btf/value.ts';
import { hexCodec } from './codec.ts';
import { MapHandle } from './map-handle.ts';

/**
 * The records of a ring buffer (Linux 5.8) or perf event array (Linux 4.3). `for await` reads until the collection
 * ends; it waits without keeping the process alive.
 */
export class EventStream extends MapHandle {
  #waiting: (() => void)[] = [];
  #closed = false;

  override drain(): Value[] {
    return this.#closed ? [] : this.map.drain().map((record) => this.decode(record));
  }

  /** One record: by the map's value type where it has one of that size, else hex bytes. */
  decode(record: Uint8Array): Value {
    const { value } = this.codecs;
    return value.size === record.length && record.length > 0 ? value.decode(record) : hexCodec(0).decode(record);
  }

  override async *[Symbol.asyncIterator](): AsyncGenerator<Value> {
    while (true) {
      yield* this.drain();
      if (this.#closed) return;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  override wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  override close(): void {
    this.#closed = true;
    this.wake();
  }
}
