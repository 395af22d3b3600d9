import { alignUp } from '../base/bytes.ts';
import { SkepError } from '../base/errors.ts';
import { type Memory, type OwnedRegion, REGION_PAGE, type Region, type RegionLayout } from '../maps/memory.ts';
import { ChunkAllocator, LARGEST_CHUNK } from './chunk-allocator.ts';
import { extended, PageAllocator, RESERVED_PAGES } from './page-allocator.ts';

const WASM_PAGE = 65536;
const INITIAL_WASM_PAGES = 16;
/** One Wasm page below 4 GiB, so that every address and every end of a region is below 2^32. */
const LARGEST_LIMIT = 65535 * WASM_PAGE;

/** Region with all fields in place, so that checks see objects of one shape. */
class RegionRecord implements OwnedRegion {
  readonly kind: Region['kind'];
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly stride: number;
  offset: number;
  size: number;
  readonly writable: boolean;
  readonly readable: boolean;
  readonly allows: Region['allows'];
  readonly key: Region['key'];
  /** More than one element: an address must be reduced by the stride. */
  readonly many: boolean;

  constructor(start: number, layout: RegionLayout) {
    this.kind = layout.kind;
    this.name = layout.name;
    this.start = start;
    this.end = start + layout.stride * layout.count;
    this.stride = layout.stride;
    this.offset = layout.offset;
    this.size = layout.size;
    this.writable = layout.writable;
    this.readable = layout.readable;
    this.allows = layout.allows;
    this.key = layout.key;
    this.many = layout.count > 1;
  }
}

/** Stands in the page table for pages that programs may not touch. */
const noRegion = new RegionRecord(0, {
  kind: 'rodata',
  name: 'no region',
  count: 0,
  stride: 8,
  offset: 0,
  size: 0,
  writable: false,
  readable: false,
});

/**
 * The memory of one VM: a single, not shared, `WebAssembly.Memory` that grows by doubling up to its limit.
 *
 *     0        65536                                                       limit
 *     +--------+-----------------+-----------+------------------+-----------+
 *     | never  | chunks of 16 to | region    | pages without a  | free ...  |   4 KiB pages; a table gives the
 *     | given  | 2048 bytes      |           | region (headers) |           |   region of each page
 *     +--------+-----------------+-----------+------------------+-----------+
 */
export class WasmMemory implements Memory {
  /** Replaced when memory grows, as are the views. */
  u8: Uint8Array;
  i32: Int32Array;
  view: DataView;
  readonly memory: WebAssembly.Memory;
  /** Bytes that may be allocated in all. */
  readonly limit: number;

  readonly #runs = new PageAllocator();
  readonly #chunks: ChunkAllocator;
  readonly #maximumWasmPages: number;
  #usedPages = 0;
  /** Pages from here on were never given out and hold zeroes. */
  #untouched: number = RESERVED_PAGES;
  /** Number of the region of each page, 0 where programs may not touch it. */
  #table: Int32Array = new Int32Array(0);
  readonly #regions: RegionRecord[] = [noRegion];
  readonly #freeNumbers: number[] = [];

  /** @throws SKEP_USAGE where `limit` is no number of bytes from 64 KiB to 4 GiB less 64 KiB. */
  constructor(options: { readonly limit: number }) {
    const { limit } = options;
    if (!(Number.isInteger(limit) && limit >= WASM_PAGE && limit <= LARGEST_LIMIT)) {
      throw new SkepError('SKEP_USAGE', `the memory limit ${limit} is out of range`, {
        reason: `a VM takes ${WASM_PAGE} to ${LARGEST_LIMIT} bytes`,
        remedy: 'give --memory a size such as 256M or 1G',
      });
    }
    this.limit = limit;
    // One page more than the limit: the first is not given out, and the limit may end inside a Wasm page.
    this.#maximumWasmPages = Math.min(65536, Math.ceil(limit / WASM_PAGE) + 1);
    const initial = Math.min(INITIAL_WASM_PAGES, this.#maximumWasmPages);
    this.memory = new WebAssembly.Memory({ initial, maximum: this.#maximumWasmPages });
    this.u8 = new Uint8Array(this.memory.buffer);
    this.i32 = new Int32Array(this.memory.buffer);
    this.view = new DataView(this.memory.buffer);
    this.#chunks = new ChunkAllocator({
      words: () => this.i32,
      takePage: (what) => this.#takePages(1, what) * REGION_PAGE,
      givePage: (address) => this.#givePages(address / REGION_PAGE),
    });
    this.#refresh();
  }

  /** Bytes allocated now, in whole pages. */
  get used(): number {
    return this.#usedPages * REGION_PAGE;
  }

  allocate(size: number, what: string, alignment = 8): number {
    const chunk = ChunkAllocator.sizeFor(Math.max(size, alignment));
    if (size >= 0 && size <= LARGEST_CHUNK && alignment <= LARGEST_CHUNK) {
      const address = this.#chunks.allocate(chunk, what);
      this.u8.fill(0, address, address + chunk);
      return address;
    }
    return this.#takePages(this.#pagesFor(size, what), what, alignment / REGION_PAGE) * REGION_PAGE;
  }

  free(address: number): void {
    const page = Math.floor(address / REGION_PAGE);
    if (this.#chunks.owns(page) && this.#chunks.release(address)) return;
    if (address % REGION_PAGE !== 0 || this.#runs.used(page) === 0) {
      throw new Error(`address ${address} was not allocated`);
    }
    this.#forgetRegion(page);
    this.#givePages(page);
  }

  allocateRegion(layout: RegionLayout): OwnedRegion {
    const pages = this.#pagesFor(layout.stride * layout.count, layout.name);
    const page = this.#takePages(pages, layout.name);
    const region = new RegionRecord(page * REGION_PAGE, layout);
    const number = this.#freeNumbers.pop() ?? this.#regions.length;
    this.#regions[number] = region;
    this.#table.fill(number, page, page + pages);
    return region;
  }

  /** The region that has the page of `address` for its own, in constant time; its bounds may still exclude it. */
  findRegion(address: number): Region | undefined {
    const number = this.#table[Math.floor(address / REGION_PAGE)] ?? 0;
    return number === 0 ? undefined : this.#regions[number];
  }

  /** Whether a program may read or write `size` bytes at `address`. */
  access(address: number, size: number, write: boolean): boolean {
    const region = this.#regions[this.#table[address >>> 12] ?? 0] ?? noRegion;
    const inside = address - region.start;
    const at = (region.many ? inside % region.stride : inside) - region.offset;
    if (at >= 0 && at + size <= region.size && address + size <= region.end) {
      return (
        (write ? region.writable : region.readable) &&
        (region.allows === undefined || region.allows(address, size, write))
      );
    }
    return !write && region.key !== undefined && accessesKey(region, address, size, region.key);
  }

  #pagesFor(size: number, what: string): number {
    if (!(size >= 0 && size <= this.limit - this.used)) this.#refuse(size, what);
    return Math.max(1, Math.ceil(size / REGION_PAGE));
  }

  /** First page of a zeroed run, charged against the limit. */
  #takePages(count: number, what: string, alignment = 1): number {
    if ((this.#usedPages + count) * REGION_PAGE > alignUp(this.limit, REGION_PAGE)) {
      this.#refuse(count * REGION_PAGE, what);
    }
    const page = alignment > 1 ? this.#findAligned(count, what, alignment) : this.#find(count, what);
    this.#usedPages += count;
    const end = page + count;
    if (page < this.#untouched) this.u8.fill(0, page * REGION_PAGE, Math.min(end, this.#untouched) * REGION_PAGE);
    this.#untouched = Math.max(this.#untouched, end);
    return page;
  }

  #find(count: number, what: string): number {
    const page = this.#runs.allocate(count);
    if (page !== 0) return page;
    this.#grow(count, what);
    return this.#runs.allocate(count) || this.#refuse(count * REGION_PAGE, what, true);
  }

  #findAligned(count: number, what: string, alignment: number): number {
    const page = this.#find(count + alignment - 1, what);
    const start = alignUp(page, alignment);
    this.#runs.trim(page, start, start + count);
    return start;
  }

  #givePages(page: number): void {
    this.#usedPages -= this.#runs.used(page);
    this.#runs.free(page);
  }

  #forgetRegion(page: number): void {
    const number = this.#table[page] ?? 0;
    if (number === 0) return;
    this.#table.fill(0, page, page + this.#runs.used(page));
    this.#regions[number] = noRegion;
    this.#freeNumbers.push(number);
  }

  #grow(pages: number, what: string): void {
    const present = this.u8.length / WASM_PAGE;
    const wanted = Math.max(present, Math.ceil((pages * REGION_PAGE) / WASM_PAGE));
    const delta = Math.min(wanted, this.#maximumWasmPages - present);
    try {
      this.memory.grow(delta);
    } catch (cause) {
      this.#refuse(pages * REGION_PAGE, what, false, cause);
    }
    this.#refresh();
  }

  #refresh(): void {
    this.u8 = new Uint8Array(this.memory.buffer);
    this.i32 = new Int32Array(this.memory.buffer);
    this.view = new DataView(this.memory.buffer);
    const pages = this.u8.length / REGION_PAGE;
    this.#runs.extend(pages);
    this.#chunks.extend(pages);
    this.#table = extended(this.#table, pages);
  }

  #refuse(size: number, what: string, fragmented = false, cause?: unknown): never {
    const state = `${this.used} of ${this.limit} bytes are used`;
    throw new SkepError('SKEP_MEMORY_LIMIT', `no memory for ${what}: ${size} bytes are asked for`, {
      reason: cause
        ? `${state}, and this machine gives no more memory`
        : fragmented
          ? `${state}, and no free stretch is long enough`
          : state,
      remedy: 'make the maps smaller, or raise the limit with --memory',
      errno: 'ENOMEM',
      cause,
    });
  }
}

function accessesKey(region: RegionRecord, address: number, size: number, key: { offset: number; size: number }) {
  const at = ((address - region.start) % region.stride) - key.offset;
  return at >= 0 && at + size <= key.size && address + size <= region.end;
}
