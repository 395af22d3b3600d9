import { notRunning } from './errors.ts';
import type { Space } from './space.ts';

/**
 * A map while a program runs, by address: what it is asked about stands at {@link key} and {@link value} of its space,
 * laid out by the schemas of the map. Calls answer as the kernel's helpers do: an address or 0, or 0 and a negative
 * error number.
 */
export interface BoundMap {
  readonly space: Space;
  /** Where a key, and a whole value, is put before a call. */
  readonly key: number;
  readonly value: number;
  /** Address of the value under the key, or 0. */
  lookup(): number;
  /** Writes the whole value. `mode` is BPF_ANY (0), BPF_NOEXIST (1) or BPF_EXIST (2). */
  update(mode: number): number;
  delete(): number;
  /** Visits all entries until `visit` gives true; gives the number of calls. */
  walk(visit: (key: number, value: number) => boolean): number;
  /** Queue and stack: from or to the value. Bloom filter: `push` adds, `peek` asks. */
  push(): number;
  pop(): number;
  peek(): number;
  /** Ring buffer: address of memory for a record, or 0. */
  reserve(size: number): number;
  submit(record: number): void;
  discard(record: number): void;
  /** Map of maps: the map under the key. */
  inner(): BoundMap | undefined;
  /** Map of devices, CPUs or AF_XDP sockets: sends the packet there, and gives the verdict. */
  redirect(index: number, otherwise: number): number;
}

/** What surrounds a program while it runs. */
export interface Environment {
  /** The storage of a map of the module. @throws SKEP_NO_SUCH_NAME for a map that it does not export. */
  map(spec: object): BoundMap;
  /** The memory of a variable or constant, from 0 on. */
  variable(spec: object): Space;
  /** Runs another program in the place of this one; undefined where it cannot. */
  tailCall(spec: object, context: unknown, name: string): unknown;
  /** Nanoseconds. */
  time(): bigint;
  printk(line: string): void;
}

let current: Environment | undefined;

/** What surrounds the program that runs. @throws SKEP_USAGE where none does. */
export function environment(): Environment {
  if (current === undefined) throw notRunning();
  return current;
}

/** Runs `body` inside an environment. Runs are synchronous, so two loads of one module cannot mix. */
export function runIn<Result>(inside: Environment, body: () => Result): Result {
  const before = current;
  current = inside;
  try {
    return body();
  } finally {
    current = before;
  }
}
