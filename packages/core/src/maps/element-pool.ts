import type { Memory } from './memory.ts';

/** Bytes that the first slab of a pool without preallocation has. */
const FIRST_SLAB = 4096;
/** Bytes that slabs grow up to, each as large as all before it. */
const LARGEST_SLAB = 1 << 20;

/** How a pool gets its memory and how large it may become. */
export interface PoolOptions {
  readonly memory: Memory;
  /** Bytes of an element. */
  readonly stride: number;
  /** Elements there may ever be. */
  readonly capacity: number;
  /** Address of memory for `count` elements, or 0 where there is none. */
  readonly grow: (count: number) => number;
}

/**
 * Elements of one size in linear memory, in slabs: one that holds all of them, or more as they are needed
 * (`BPF_F_NO_PREALLOC`). The first word of a free element is the address of the next free one; the last one given
 * back is the first one taken, as in the kernel. Elements that were never taken are not linked, so that a pool of
 * millions is made at once.
 */
export class ElementPool {
  readonly #options: PoolOptions;
  /** First of the elements that were given back. */
  #free = 0;
  /** Elements of the newest slab that were never taken. */
  #fresh = 0;
  #freshEnd = 0;
  #made = 0;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** Takes over a slab of `count` elements. */
  adopt(start: number, count: number): void {
    this.#fresh = start;
    this.#freshEnd = start + count * this.#options.stride;
    this.#made += count;
  }

  /** Address of an element, with what it last held (zeroes at first), or 0 where there is no more memory for it. */
  take(): number {
    const element = this.#free;
    if (element !== 0) {
      this.#free = this.#options.memory.view.getUint32(element, true);
      return element;
    }
    if (this.#fresh === this.#freshEnd && !this.#grow()) return 0;
    const fresh = this.#fresh;
    this.#fresh += this.#options.stride;
    return fresh;
  }

  /** Gives an element back; of what it holds, only the first word changes. */
  give(element: number): void {
    this.#options.memory.view.setUint32(element, this.#free, true);
    this.#free = element;
  }

  #grow(): boolean {
    const { stride, capacity, grow } = this.#options;
    const fewest = Math.max(1, Math.floor(FIRST_SLAB / stride));
    const most = Math.max(1, Math.floor(LARGEST_SLAB / stride));
    const count = Math.min(Math.max(fewest, Math.min(this.#made, most)), capacity - this.#made);
    if (count <= 0) return false;
    const start = grow(count);
    if (start !== 0) this.adopt(start, count);
    return start !== 0;
  }
}
