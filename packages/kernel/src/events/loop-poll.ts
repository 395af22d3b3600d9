import { isMainThread } from 'node:worker_threads';
import type { Ffi, NativeFunction } from '../ffi/ffi.ts';

/** `UV_POLL` of `uv_handle_type`, and `UV_READABLE` (libuv's handle and poll documentation). */
const UV_POLL = 8;
const UV_READABLE = 1;

interface Libuv {
  readonly loop: bigint;
  readonly size: number;
  readonly init: NativeFunction;
  readonly start: NativeFunction;
  readonly stop: NativeFunction;
  readonly close: NativeFunction;
  /** Address of the C function that tells the poll of a handle. */
  readonly told: bigint;
}

/** Open polls by the address of their handle. They hold the memory of the handles, which libuv uses. */
const polls = new Map<bigint, LoopPoll>();
/** Memory of handles that libuv is about to let go of. */
const closing = new Set<Uint8Array>();

let found: Libuv | undefined | null = null;

/** libuv as the node binary exports it; undefined in a worker, whose loop is another, and outside Node. */
function libuv(ffi: Ffi): Libuv | undefined {
  if (found === null) found = isMainThread && isNode() ? find(ffi) : undefined;
  return found;
}

function isNode(): boolean {
  const { node, bun, deno, electron } = process.versions;
  return node !== undefined && bun === undefined && deno === undefined && electron === undefined;
}

function find(ffi: Ffi): Libuv | undefined {
  const handle = 'uintptr_t';
  const loop = ffi.symbol('uv_default_loop', 'uintptr_t', [])?.();
  const size = ffi.symbol('uv_handle_size', 'size_t', ['int'])?.(UV_POLL);
  const init = ffi.symbol('uv_poll_init', 'int', ['uintptr_t', handle, 'int']);
  const start = ffi.symbol('uv_poll_start', 'int', [handle, 'int', 'uintptr_t']);
  const stop = ffi.symbol('uv_poll_stop', 'int', [handle]);
  const close = ffi.symbol('uv_close', 'void', [handle, 'uintptr_t']);
  if (!loop || !size || !init || !start || !stop || !close) return undefined;
  // Whatever still waits when the process ends must not be told any more.
  process.once('exit', () => {
    for (const poll of polls.values()) poll.stop();
  });
  const told = ffi.callback([handle, 'int', 'int'], (address, status) => {
    polls.get(BigInt(address))?.tell(Number(status) >= 0);
  });
  return { loop: BigInt(loop), size: Number(size), init, start, stop, close, told };
}

/**
 * Waits for a descriptor on the event loop of Node itself (uv_poll_t), without a thread and without a timer. While it
 * waits it keeps the process alive, and only then.
 */
export class LoopPoll {
  readonly #uv: Libuv;
  readonly #handle: Uint8Array;
  readonly #address: bigint;
  readonly #ready: (works: boolean) => void;

  private constructor(uv: Libuv, handle: Uint8Array, address: bigint, ready: (works: boolean) => void) {
    this.#uv = uv;
    this.#handle = handle;
    this.#address = address;
    this.#ready = ready;
  }

  /**
   * Undefined where the event loop cannot be reached or refuses the descriptor.
   * @param ready called each time it is readable, until {@link stop}; with false where waiting does not work.
   */
  static open(ffi: Ffi, descriptor: number, ready: (works: boolean) => void): LoopPoll | undefined {
    const uv = libuv(ffi);
    if (uv === undefined) return undefined;
    const handle = new Uint8Array(new ArrayBuffer(uv.size));
    const address = ffi.address(handle);
    if (Number(uv.init(uv.loop, address, descriptor)) < 0) return undefined;
    const poll = new LoopPoll(uv, handle, address, ready);
    polls.set(address, poll);
    return poll;
  }

  /** False where the event loop refuses. */
  start(): boolean {
    return Number(this.#uv.start(this.#address, UV_READABLE, this.#uv.told)) >= 0;
  }

  stop(): void {
    this.#uv.stop(this.#address);
  }

  /** Ends it. The descriptor may be closed at once. */
  close(): void {
    if (!polls.delete(this.#address)) return;
    this.#uv.close(this.#address, 0);
    release(this.#handle);
  }

  /** For libuv's callback. */
  tell(works: boolean): void {
    this.#ready(works);
  }
}

/** Holds a handle's memory until the event loop has gone round, as libuv ends handles at the end of each turn. */
function release(handle: Uint8Array): void {
  closing.add(handle);
  setImmediate(() => setImmediate(() => setImmediate(() => closing.delete(handle))));
}
