import { setImmediate } from 'node:timers/promises';
import { escapeControls, type JsonInput, stringifyJson } from '@skep/core/base';
import { formatValue, type Value } from '@skep/core/btf';
import { type Collection, EventStream } from '@skep/core/host';
import { writeOut } from '../terminal/stdout.ts';

/** How events are written as they come. */
export interface LiveEventsOptions {
  /** A line of JSON for each event, in the form that `run --json` has them. */
  readonly json: boolean;
  /** Called when reading or writing fails; {@link LiveEvents.finish} throws the error then. */
  readonly failed: () => void;
}

/**
 * Writes the records of all event streams of a collection to standard output as they come. While standard output takes
 * no more, records stay in their ring buffer, and what does not fit there the kernel drops.
 */
export class LiveEvents {
  /** Events written so far. */
  count = 0;
  readonly #streams: readonly EventStream[];
  readonly #width: number;
  readonly #options: LiveEventsOptions;
  /** Streams whose records are being written. */
  #busy = 0;
  #error: unknown;

  constructor({ maps }: Collection, options: LiveEventsOptions) {
    this.#streams = Object.values(maps).filter((map) => map instanceof EventStream);
    this.#width = Math.max(0, ...this.#streams.map(({ name }) => name.length));
    this.#options = options;
  }

  /** Events that the host knows were lost because they were not read in time. */
  get lost(): number {
    return this.#streams.reduce((sum, { lost = 0 }) => sum + lost, 0);
  }

  /** Reads until the collection ends. */
  start(): void {
    for (const stream of this.#streams) {
      this.#pump(stream).catch((error: unknown) => {
        this.#error ??= error;
        this.#options.failed();
      });
    }
  }

  /** Waits until what was read is written, and writes what is left. The programs are to be detached before. */
  async finish(): Promise<void> {
    do await setImmediate();
    while (this.#busy > 0 && this.#error === undefined);
    if (this.#error !== undefined) throw this.#error;
    for (const stream of this.#streams) await this.#write(stream, stream.drain());
  }

  async #pump(stream: EventStream): Promise<void> {
    for await (const batch of stream.batches()) {
      this.#busy += 1;
      await this.#write(stream, batch);
      // Signals and timers have their turn.
      await setImmediate();
      this.#busy -= 1;
    }
  }

  async #write({ name }: EventStream, values: Iterable<Value>): Promise<void> {
    let text = '';
    for (const value of values) {
      this.count += 1;
      text += this.#line(name, value);
    }
    if (text !== '') await writeOut(text);
  }

  #line(map: string, value: Value): string {
    if (this.#options.json) return `${stringifyJson({ map, value: value as JsonInput })}\n`;
    return `${escapeControls(map.padEnd(this.#width))}  ${escapeControls(formatValue(value))}\n`;
  }
}
