import type { MapDefinition } from './definition.ts';

/**
 * A map of the embedded VM: storage in linear memory with the kernel's semantics.
 *
 * Two sides use it. Programs work by address: keys and values are addresses in memory, a result is an address
 * (0: no such entry) or an error number (0 or negative, see `Errno`). Userland works by bytes, copies, and for
 * per-CPU maps all CPUs' values side by side, each rounded up to 8 bytes. An operation that a map type does not have
 * answers as the kernel's does (EINVAL, ENOTSUPP).
 */
export interface BpfMap {
  readonly definition: MapDefinition;
  /**
   * What programs hold as a pointer to this map: the address of a header in linear memory that they cannot touch.
   * It names the map in its machine, and is the value of a map of maps.
   */
  readonly handle: number;
  /** Bytes of a value as userland sees it. */
  readonly userValueSize: number;
  /** Entries it holds now. Arrays hold all of theirs from the start. */
  readonly entries: number;

  // Program side. `cpu` chooses the value in per-CPU maps.
  lookup(key: number, cpu: number): number;
  update(key: number, value: number, flags: number, cpu: number): number;
  delete(key: number): number;
  /**
   * Visits the entries for `bpf_for_each_map_elem` with the addresses of key and value, until `visit` gives true.
   * Entries may be deleted and added meanwhile. Gives the number of entries visited, or EINVAL for a map type that
   * programs cannot walk.
   */
  forEach(cpu: number, visit: (key: number, value: number) => boolean): number;

  // Userland side.
  /**
   * A copy of the value, or undefined where there is no such key.
   * @throws SKEP_BAD_VALUE for a key of the wrong size, SKEP_MAP_REFUSED where userland may not read this map.
   */
  get(key: Uint8Array): Uint8Array | undefined;
  /** 0 or a negative error number. @throws SKEP_BAD_VALUE for a key or value of the wrong size. */
  set(key: Uint8Array, value: Uint8Array, flags: number): number;
  /** 0 or a negative error number. @throws SKEP_BAD_VALUE for a key of the wrong size. */
  remove(key: Uint8Array): number;
  /** The key that follows in iteration order; the first where `key` is undefined or gone; undefined at the end. */
  nextKey(key: Uint8Array | undefined): Uint8Array | undefined;
  /** Refuses changes from userland from now on (EPERM). 0, or EPERM where it refuses them already. */
  freeze(): number;

  /** Counts one more owner. */
  retain(): void;
  /** Counts one owner less; the last one gives the memory back. */
  dispose(): void;
}

/** Queue and stack: no keys (Linux 4.20). By address; 0 or a negative error number. Userland's `set` pushes, `get` peeks. */
export interface PushPopMap extends BpfMap {
  push(value: number, flags: number): number;
  pop(value: number): number;
  peek(value: number): number;
  /** Userland's pop: a copy, or undefined where it is empty. */
  take(): Uint8Array | undefined;
}

/** Ring buffer and perf event array: records from programs to userland. */
export interface RecordMap extends BpfMap {
  /** Takes the records that are there, oldest first; copies. */
  consume(): Uint8Array[];
}
