/** Bytes of a page: the granularity of allocation and of regions. */
export const PAGE_SIZE = 4096;

/** Pages at the start that are never handed out: 64 KiB, as far as offsets of loads and stores reach. */
export const RESERVED_PAGES = 16;

/**
 * Hands out runs of pages. Free runs are kept in bins by the logarithm of their length and merged with their free
 * neighbours when given back, so that both directions take constant time save for a first-fit search inside one bin.
 *
 * The first pages are never handed out: 0 means "none", and a null pointer plus any 16-bit offset leads into them.
 */
export class PageAllocator {
  /** At the first and last page of a free run: its length. At the first page of a used run: minus its length. */
  #length: Int32Array = new Int32Array(0);
  /** Neighbours in the bin, by first page. */
  #next: Int32Array = new Int32Array(0);
  #previous: Int32Array = new Int32Array(0);
  /** First page of the first free run of 2^n to 2^(n+1)-1 pages. */
  readonly #bins = new Int32Array(32);

  /** Pages there are, used or free. */
  get pages(): number {
    return this.#length.length;
  }

  /** Adds pages at the end, up to `pages` in all. */
  extend(pages: number): void {
    const from = Math.max(RESERVED_PAGES, this.pages);
    this.#length = extended(this.#length, pages);
    this.#next = extended(this.#next, pages);
    this.#previous = extended(this.#previous, pages);
    if (pages > from) this.#release(from, pages - from);
  }

  /** First page of `count` pages in a row, or 0 where there are none. */
  allocate(count: number): number {
    const page = this.#find(count);
    if (page === 0) return 0;
    const length = this.#length[page] ?? 0;
    this.#unlink(page, length);
    if (length > count) this.#link(page + count, length - count);
    this.#length[page] = -count;
    return page;
  }

  /** Pages in the used run that starts at `page`; 0 where none starts there. */
  used(page: number): number {
    return Math.max(0, -(this.#length[page] ?? 0));
  }

  /** Gives back the used run that starts at `page`. */
  free(page: number): void {
    this.#release(page, this.used(page));
  }

  /** Gives back the pages of a used run before `start` and from `end` on; the run then starts at `start`. */
  trim(page: number, start: number, end: number): void {
    const last = page + this.used(page);
    this.#length[page] = 0;
    this.#length[start] = start - end;
    if (start > page) this.#release(page, start - page);
    if (last > end) this.#release(end, last - end);
  }

  #find(count: number): number {
    const bin = 31 - Math.clz32(count);
    for (let page = this.#bins[bin] ?? 0; page !== 0; page = this.#next[page] ?? 0) {
      if ((this.#length[page] ?? 0) >= count) return page;
    }
    for (let larger = bin + 1; larger < 32; larger++) {
      const page = this.#bins[larger] ?? 0;
      if (page !== 0) return page;
    }
    return 0;
  }

  /** Makes pages free, as one run with the free runs at both sides. */
  #release(page: number, count: number): void {
    let start = page;
    let length = count;
    const before = this.#length[page - 1] ?? 0;
    if (before > 0) {
      start -= before;
      length += before;
      this.#unlink(start, before);
    }
    const after = this.#length[page + count] ?? 0;
    if (after > 0) {
      length += after;
      this.#unlink(page + count, after);
    }
    this.#link(start, length);
  }

  #link(page: number, length: number): void {
    const bin = 31 - Math.clz32(length);
    const head = this.#bins[bin] ?? 0;
    this.#length[page] = length;
    this.#length[page + length - 1] = length;
    this.#next[page] = head;
    this.#previous[page] = 0;
    if (head !== 0) this.#previous[head] = page;
    this.#bins[bin] = page;
  }

  #unlink(page: number, length: number): void {
    const next = this.#next[page] ?? 0;
    const previous = this.#previous[page] ?? 0;
    if (next !== 0) this.#previous[next] = previous;
    if (previous !== 0) this.#next[previous] = next;
    else this.#bins[31 - Math.clz32(length)] = next;
    this.#length[page] = 0;
    this.#length[page + length - 1] = 0;
  }
}

/** A longer copy, filled up with zeroes. */
export function extended(array: Int32Array, length: number): Int32Array {
  const copy = new Int32Array(length);
  copy.set(array);
  return copy;
}
