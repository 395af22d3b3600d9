import { alignUp } from '../base/bytes.ts';
import { copyBytes } from './bytes-in-memory.ts';
import type { MapDefinition } from './definition.ts';
import type { MapEnvironment } from './environment.ts';
import { Errno } from './errno.ts';
import { Header } from './header.ts';
import type { RecordMap } from './map.ts';
import { MapBase } from './map-base.ts';

/** Flags of a record's length (BPF_RINGBUF_BUSY_BIT, BPF_RINGBUF_DISCARD_BIT), and the length without them. */
const BUSY = 0x80000000;
const DISCARD = 0x40000000;
const LENGTH = 0x3fffffff;
/** Bytes of a record's head: its length with the flags, and its page in the buffer. */
const HEAD = 8;

/** Flags of submit, discard and output: whether to wake the reader. Readers here ask for themselves. */
export const RingFlag = { NO_WAKEUP: 1, FORCE_WAKEUP: 2 } as const;
const wakeFlags = RingFlag.NO_WAKEUP | RingFlag.FORCE_WAKEUP;

/** What {@link RingBuffer.query} tells (BPF_RB_AVAIL_DATA ...). */
export const RingQuery = { AVAIL_DATA: 0, RING_SIZE: 1, CONS_POS: 2, PROD_POS: 3 } as const;

/**
 * `BPF_MAP_TYPE_RINGBUF` (Linux 5.8): records of any size from programs to one reader, in the order in which they
 * were reserved. A record that is reserved but not submitted holds up those behind it.
 *
 *     VALUES                                         + max entries         + 2 * max entries
 *     +------+--------+------+--------------+--------+---------------------+
 *     | head | record | head | record       | ...    | end of a record that |   a record starts in the first half
 *     +------+--------+------+--------------+--------+ reaches over the edge+   and never wraps
 *       ^ consumer position                  ^ producer position, both modulo max entries
 *
 * A head is a length of 30 bits with the flags BUSY (bit 31) and DISCARD (bit 30), and a word unused here. Programs
 * reach a record only between reserve and submit or discard.
 */
export class RingBuffer extends MapBase implements RecordMap {
  readonly #data: number;
  readonly #size: number;
  /** Positions count all bytes ever written and read. */
  #produced = 0;
  #consumed = 0;
  /** Addresses of the records that programs hold, and how many there are: rarely more than one. */
  #held: number[] = [];

  constructor(definition: MapDefinition, environment: MapEnvironment) {
    super(definition, environment);
    this.#size = definition.maxEntries;
    this.#data = this.allocateRegion({
      kind: 'ring-record',
      count: 1,
      stride: 2 * this.#size,
      offset: 0,
      size: 2 * this.#size,
      allows: (address, size) => this.#isHeld(address, size),
    });
    this.setHeader(Header.VALUES, this.#data);
  }

  /** Records that wait to be read, discarded ones included: those up to the first that a program holds. */
  get entries(): number {
    let count = 0;
    for (let at = this.#consumed; at < this.#produced && !this.#isBusy(at); at = this.#after(at)) count += 1;
    return count;
  }

  /** Address of a record of `size` bytes, or 0 where there is no room or `flags` is not 0. */
  reserve(size: number, flags: number): number {
    const length = alignUp(size + HEAD, 8);
    // One byte always stays free, so that a full buffer can be told from an empty one.
    if (flags !== 0 || size > LENGTH || this.#produced + length - this.#consumed > this.#size - 1) return 0;
    const head = this.#headAt(this.#produced);
    this.memory.view.setUint32(head, size + BUSY, true);
    this.memory.view.setUint32(head + 4, 0, true);
    this.#produced += length;
    this.#held.push(head + HEAD);
    return head + HEAD;
  }

  /** Hands a record to the reader. EINVAL where no record that a program holds starts at `address`. */
  submit(address: number, _flags: number): number {
    return this.#finish(address, 0);
  }

  /** Gives a record up: the reader passes over it. EINVAL as for {@link submit}. */
  discard(address: number, _flags: number): number {
    return this.#finish(address, DISCARD);
  }

  /** Copies a record in. EINVAL for unknown flags, EAGAIN where there is no room. */
  output(data: number, size: number, flags: number): number {
    if ((flags & ~wakeFlags) !== 0) return Errno.EINVAL;
    const address = this.reserve(size, 0);
    if (address === 0) return Errno.EAGAIN;
    copyBytes(this.memory, address, data, size);
    return this.submit(address, flags);
  }

  /** A number of {@link RingQuery}; 0 for any other. Positions are exact up to 2^53. */
  query(flag: number): number {
    switch (flag) {
      case RingQuery.AVAIL_DATA:
        return this.#produced - this.#consumed;
      case RingQuery.RING_SIZE:
        return this.#size;
      case RingQuery.CONS_POS:
        return this.#consumed;
      case RingQuery.PROD_POS:
        return this.#produced;
      default:
        return 0;
    }
  }

  /** Takes the submitted records up to the first that a program still holds; copies. */
  consume(): Uint8Array[] {
    const records: Uint8Array[] = [];
    while (this.#consumed < this.#produced && !this.#isBusy(this.#consumed)) {
      const head = this.#headAt(this.#consumed);
      const length = this.memory.view.getUint32(head, true);
      if ((length & DISCARD) === 0) records.push(this.memory.u8.slice(head + HEAD, head + HEAD + (length & LENGTH)));
      this.#consumed = this.#after(this.#consumed);
    }
    return records;
  }

  override set(): number {
    return Errno.ENOTSUPP;
  }
  override remove(): number {
    return Errno.ENOTSUPP;
  }
  override update(): number {
    return Errno.ENOTSUPP;
  }
  override delete(): number {
    return Errno.ENOTSUPP;
  }

  #finish(address: number, flag: number): number {
    const index = this.#held.indexOf(address);
    if (index < 0) return Errno.EINVAL;
    this.#held.splice(index, 1);
    const head = address - HEAD;
    this.memory.view.setUint32(head, (this.memory.view.getUint32(head, true) & LENGTH) + flag, true);
    return 0;
  }

  #isHeld(address: number, size: number): boolean {
    for (const held of this.#held) {
      const length = this.memory.view.getUint32(held - HEAD, true) & LENGTH;
      if (address >= held && address + size <= held + length) return true;
    }
    return false;
  }

  #isBusy(position: number): boolean {
    return this.memory.view.getUint32(this.#headAt(position), true) >= BUSY;
  }

  #after(position: number): number {
    return position + alignUp((this.memory.view.getUint32(this.#headAt(position), true) & LENGTH) + HEAD, 8);
  }

  #headAt(position: number): number {
    return this.#data + (position % this.#size);
  }
}
