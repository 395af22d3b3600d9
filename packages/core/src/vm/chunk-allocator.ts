import { extended, PAGE_SIZE } from './page-allocator.ts';

/** Sizes above this take pages of their own. */
export const LARGEST_CHUNK = 2048;
const SMALLEST_CHUNK = 16;

/** The pages that chunks are cut from, and the words in them that link free chunks. */
export interface ChunkPages {
  /** Address of a page of its own; `what` names it where there is none. */
  takePage(what: string): number;
  givePage(address: number): void;
  /** The view of now: it changes when memory grows. */
  words(): Int32Array;
}

/**
 * Hands out small chunks, of a power of two bytes and aligned to it, cut from pages that hold one size each. A page
 * whose chunks are all free is given back. The first word of a free chunk is the address of the next one.
 *
 * Per size there is a list of the pages that have free chunks.
 */
export class ChunkAllocator {
  readonly #pages: ChunkPages;
  /** By page: logarithm of its chunk size (0: not cut), chunks in use, first free chunk, neighbours in the list. */
  #logarithm: Int32Array = new Int32Array(0);
  #live: Int32Array = new Int32Array(0);
  #free: Int32Array = new Int32Array(0);
  #next: Int32Array = new Int32Array(0);
  #previous: Int32Array = new Int32Array(0);
  /** By logarithm: first page with free chunks. */
  readonly #open = new Int32Array(12);

  constructor(pages: ChunkPages) {
    this.#pages = pages;
  }

  /** Makes room for the bookkeeping of `pages` pages. */
  extend(pages: number): void {
    this.#logarithm = extended(this.#logarithm, pages);
    this.#live = extended(this.#live, pages);
    this.#free = extended(this.#free, pages);
    this.#next = extended(this.#next, pages);
    this.#previous = extended(this.#previous, pages);
  }

  /** Bytes of the chunk for `size`. */
  static sizeFor(size: number): number {
    return size <= SMALLEST_CHUNK ? SMALLEST_CHUNK : 1 << (32 - Math.clz32(size - 1));
  }

  /** Whether the page is cut into chunks. */
  owns(page: number): boolean {
    return (this.#logarithm[page] ?? 0) !== 0;
  }

  /** Address of a chunk of `size` bytes (as {@link sizeFor} gives it); what it holds is left over from before. */
  allocate(size: number, what: string): number {
    const logarithm = 31 - Math.clz32(size);
    if (this.#open[logarithm] === 0) this.#cut(logarithm, what);
    const page = this.#open[logarithm] ?? 0;
    const chunk = this.#free[page] ?? 0;
    const following = this.#pages.words()[chunk >>> 2] ?? 0;
    this.#free[page] = following;
    this.#live[page] = (this.#live[page] ?? 0) + 1;
    if (following === 0) this.#close(page, logarithm);
    return chunk >>> 0;
  }

  /** Gives a chunk back. False where no chunk starts at the address. */
  release(address: number): boolean {
    const page = Math.floor(address / PAGE_SIZE);
    const logarithm = this.#logarithm[page] ?? 0;
    if (address % (1 << logarithm) !== 0) return false;
    const following = this.#free[page] ?? 0;
    this.#pages.words()[address >>> 2] = following;
    this.#free[page] = address;
    if (following === 0) this.#reopen(page, logarithm);
    const live = (this.#live[page] ?? 0) - 1;
    this.#live[page] = live;
    if (live === 0) this.#giveBack(page, logarithm);
    return true;
  }

  #cut(logarithm: number, what: string): void {
    const start = this.#pages.takePage(what);
    const page = start / PAGE_SIZE;
    const words = this.#pages.words();
    const size = 1 << logarithm;
    for (let at = start; at < start + PAGE_SIZE; at += size) words[at >>> 2] = at + size;
    words[(start + PAGE_SIZE - size) >>> 2] = 0;
    this.#logarithm[page] = logarithm;
    this.#live[page] = 0;
    this.#free[page] = start;
    this.#reopen(page, logarithm);
  }

  #giveBack(page: number, logarithm: number): void {
    this.#close(page, logarithm);
    this.#logarithm[page] = 0;
    this.#free[page] = 0;
    this.#pages.givePage(page * PAGE_SIZE);
  }

  #reopen(page: number, logarithm: number): void {
    const head = this.#open[logarithm] ?? 0;
    this.#next[page] = head;
    this.#previous[page] = 0;
    if (head !== 0) this.#previous[head] = page;
    this.#open[logarithm] = page;
  }

  #close(page: number, logarithm: number): void {
    const next = this.#next[page] ?? 0;
    const previous = this.#previous[page] ?? 0;
    if (next !== 0) this.#previous[next] = previous;
    if (previous !== 0) this.#next[previous] = next;
    else this.#open[logarithm] = next;
  }
}
