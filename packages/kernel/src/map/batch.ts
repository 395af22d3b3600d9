import type { EntryBatch, MapEntry } from '@skep/core/host';
import type { MapSpec } from '@skep/core/object';
import type { Attr } from '../bpf/attr.ts';
import type { Bpf } from '../bpf/bpf.ts';
import type { Command } from '../bpf/commands.gen.ts';

const ENOENT = -2;
const EINTR = -4;
const EINVAL = -22;
const ENOSPC = -28;
const EOPNOTSUPP = -95;
const ENOTSUPP = -524;

/** Most bytes of keys and values that one call moves, and most entries. */
const BYTES = 1 << 18;
const ENTRIES = 4096;
/** How often a call that was disturbed before it read anything is tried again. */
const ATTEMPTS = 100;

type ReadCommand = 'map_lookup_batch' | 'map_lookup_and_delete_batch';
type WriteCommand = 'map_update_batch' | 'map_delete_batch';

/** The operations on one entry, for what a batch leaves: it answers as the batch would, and says what is wrong. */
export interface SingleOperations {
  update(key: Uint8Array, value: Uint8Array): void;
  delete(key: Uint8Array): boolean;
  error(command: Command, errno: number, verb: string): Error;
}

/**
 * The batch commands of one map (Linux 5.6; per-CPU arrays 5.13): many entries with one system call. Kernels and map
 * types without them refuse the first call, which is remembered.
 */
export class MapBatches {
  readonly #bpf: Bpf;
  readonly #descriptor: number;
  readonly #keySize: number;
  readonly #valueSize: number;
  /** More entries than this cannot lie in one hash bucket. */
  readonly #most: number;
  readonly #single: SingleOperations;
  readonly #refused = new Set<Command>();
  #size: number;

  /** @param valueSize bytes of a value as bpf(2) moves it. */
  constructor(bpf: Bpf, spec: MapSpec, descriptor: number, valueSize: number, single: SingleOperations) {
    this.#bpf = bpf;
    this.#descriptor = descriptor;
    this.#keySize = spec.keySize;
    this.#valueSize = valueSize;
    this.#most = Math.max(1, spec.maxEntries) * 2;
    this.#single = single;
    const fitting = Math.floor(BYTES / (spec.keySize + valueSize || 1));
    this.#size = Math.max(1, Math.min(ENTRIES, fitting, spec.maxEntries));
  }

  /**
   * All entries, in as few calls as possible; with `map_lookup_and_delete_batch` they are gone afterwards. An entry that
   * stays in the map meanwhile comes once. Gives false, before any entry, where the kernel has no such batch.
   */
  *read(command: ReadCommand): Generator<EntryBatch, boolean> {
    if (this.#refused.has(command)) return false;
    const position = new Uint8Array(Math.max(4, this.#keySize));
    const attr = this.#bpf.attr('batch', { map_fd: this.#descriptor, out_batch: position });
    for (let first = true, attempts = 0; ; ) {
      const keys = new Uint8Array(this.#size * this.#keySize);
      const values = new Uint8Array(this.#size * this.#valueSize);
      const result = this.#call(command, attr, keys, values, this.#size);
      if (first && this.#isRefusal(command, result)) return false;
      if (result === ENOSPC && this.#size < this.#most) {
        this.#size *= 2;
        continue;
      }
      const count = attr.u32('count');
      const goesOn = result >= 0 || (result === EINTR && (count > 0 || attempts++ < ATTEMPTS));
      if (!goesOn && result !== ENOENT) throw this.#single.error(command, result, 'iterate over');
      if (count > 0) yield this.#filled(keys, values, count);
      if (!goesOn) return true;
      if (count === 0 && result < 0) continue;
      attr.set('in_batch', position);
      first = false;
    }
  }

  /** Writes entries in their order. Where one is refused, those before it are written. */
  update(entries: Iterable<MapEntry>): void {
    for (const chunk of chunks(entries, this.#size)) {
      const keys = concatenate(chunk, ([key]) => key, this.#keySize);
      const values = concatenate(chunk, ([, value]) => value, this.#valueSize);
      if (keys === undefined || values === undefined) for (const [key, value] of chunk) this.#single.update(key, value);
      else this.#write('map_update_batch', keys, values, chunk.length, (at) => this.#updateOne(chunk[at]));
    }
  }

  /** Removes entries, and gives how many there were. */
  delete(keys: Iterable<Uint8Array>): number {
    let missing = 0;
    let total = 0;
    for (const chunk of chunks(keys, this.#size)) {
      total += chunk.length;
      const bytes = concatenate(chunk, (key) => key, this.#keySize) ?? new Uint8Array(0);
      this.#write('map_delete_batch', bytes, undefined, chunk.length, (at) => {
        const key = chunk[at];
        if (key !== undefined && !this.#single.delete(key)) missing += 1;
      });
    }
    return total - missing;
  }

  #updateOne(entry: MapEntry | undefined): void {
    if (entry !== undefined) this.#single.update(...entry);
  }

  /** One batch; `one` does by itself whatever the kernel stopped at. */
  #write(
    command: WriteCommand,
    keys: Uint8Array,
    values: Uint8Array | undefined,
    count: number,
    one: (index: number) => void,
  ): void {
    const attr = this.#bpf.attr('batch', { map_fd: this.#descriptor });
    for (let done = 0; done < count; ) {
      if (!this.#refused.has(command) && keys.length > 0) {
        const left = count - done;
        const restOfValues = values?.subarray(done * this.#valueSize);
        const result = this.#call(command, attr, keys.subarray(done * this.#keySize), restOfValues, left);
        if (result >= 0) return;
        // A kernel that refuses the command leaves the count as it was; after an entry that failed it is smaller.
        const written = attr.u32('count');
        if (written === left) this.#isRefusal(command, result);
        else done += written;
      }
      one(done);
      done += 1;
    }
  }

  #call(
    command: ReadCommand | WriteCommand,
    attr: Attr<'batch'>,
    keys: Uint8Array,
    values: Uint8Array | undefined,
    count: number,
  ): number {
    attr.set('keys', keys);
    attr.set('values', values);
    attr.set('count', count);
    return this.#bpf.call(command, attr);
  }

  /** Whether the kernel has no such command for this map; remembers it. */
  #isRefusal(command: Command, result: number): boolean {
    if (result !== ENOTSUPP && result !== EOPNOTSUPP && result !== EINVAL) return false;
    this.#refused.add(command);
    return true;
  }

  #filled(keys: Uint8Array, values: Uint8Array, count: number): EntryBatch {
    return {
      count,
      keys: keys.subarray(0, count * this.#keySize),
      values: values.subarray(0, count * this.#valueSize),
    };
  }
}

/** The entries of a batch one by one; they share its memory. */
export function* entriesOf({ count, keys, values }: EntryBatch): Generator<MapEntry> {
  const keySize = keys.length / count;
  const valueSize = values.length / count;
  for (let at = 0; at < count; at += 1) {
    const key = keys.subarray(at * keySize, (at + 1) * keySize);
    yield [key, values.subarray(at * valueSize, (at + 1) * valueSize)];
  }
}

function* chunks<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let chunk: T[] = [];
  for (const item of items) {
    if (chunk.push(item) < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

/** The parts one behind the other; undefined where one has another size, which the single operation tells of. */
function concatenate<T>(items: readonly T[], part: (item: T) => Uint8Array, size: number): Uint8Array | undefined {
  const bytes = new Uint8Array(items.length * size);
  for (const [index, item] of items.entries()) {
    const one = part(item);
    if (one.length !== size) return undefined;
    bytes.set(one, index * size);
  }
  return bytes;
}
