/** Who may do what with a region. */
export type RegionKind = 'stack' | 'context' | 'packet' | 'map-value' | 'ring-record' | 'rodata';

/**
 * A part of memory that programs may touch. It is an array of elements of which only a part is theirs; an access
 * must lie inside that part of one element.
 *
 *     start                 start + stride                              end
 *     |--offset--[ size ]---|--offset--[ size ]---| ... |--offset--[ size ]---|
 */
export interface Region {
  readonly kind: RegionKind;
  /** What a fault calls it: `map counters`, `packet`. */
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly stride: number;
  readonly offset: number;
  readonly size: number;
  /** Programs may write. */
  readonly writable: boolean;
  /** Programs may read. */
  readonly readable: boolean;
  /** Finer check, asked after the bounds hold: live ring buffer records, context fields. */
  readonly allows?: ((address: number, size: number, write: boolean) => boolean) | undefined;
  /** A second part of each element, which programs may only read: the key of a hash map's entry, for callbacks. */
  readonly key?: { readonly offset: number; readonly size: number } | undefined;
}

/**
 * A region as its owner holds it: the accessible part may move and grow inside the element, as a packet does when a
 * program adjusts its head or tail. Whoever checks accesses must read both fields at each access, not keep copies.
 */
export interface OwnedRegion extends Region {
  offset: number;
  size: number;
}

/** Granularity of regions: no two share a page of this many bytes. */
export const REGION_PAGE = 4096;

/**
 * The one linear memory in which stack, context, packets and map values live. Addresses are byte offsets in it,
 * 65536 to 2^32-1; what lies below is never given out, so that a null pointer plus an offset faults. Maps know only this interface, not the machine that owns it.
 */
export interface Memory {
  /** Views on all of it. They are replaced when memory grows: read the field anew after anything that allocates. */
  readonly u8: Uint8Array;
  readonly i32: Int32Array;
  readonly view: DataView;
  /**
   * Zeroed bytes, aligned to `alignment` (a power of two, at least 8). `what` names them in the error.
   * @throws SKEP_MEMORY_LIMIT before anything is allocated, where it would exceed the limit.
   */
  allocate(size: number, what: string, alignment?: number): number;
  /** Gives back what `allocate` gave. */
  free(address: number): void;
  /**
   * Allocates `stride * count` bytes on pages of their own and lets programs touch `size` bytes at `offset` of each
   * of the `count` elements. Freed by `free(region.start)`.
   */
  allocateRegion(layout: RegionLayout): OwnedRegion;
}

/** What {@link Memory.allocateRegion} needs to know. */
export interface RegionLayout {
  readonly kind: RegionKind;
  readonly name: string;
  readonly count: number;
  /** Bytes from one element to the next; a multiple of 8. */
  readonly stride: number;
  /** Where in an element the accessible part starts. */
  readonly offset: number;
  /** Bytes of the accessible part. */
  readonly size: number;
  readonly writable: boolean;
  readonly readable: boolean;
  readonly allows?: Region['allows'];
  readonly key?: Region['key'];
}
