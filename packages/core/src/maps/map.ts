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

  // Program side. `cpu` chooses the value in per-CPU maps.
  lookup(key: number, cpu: number): number;
  update(key: number, value: number, flags: number, cpu: number): number;
  delete(key: number): number;

  // Userland side.
  /** A copy of the value, or undefined where there is no such key. */
  get(key: Uint8Array): Uint8Array | undefined;
  /** 0 or a negative error number. */
  set(key: Uint8Array, value: Uint8Array, flags: number): number;
  /** 0 or a negative error number. */
  remove(key: Uint8Array): number;
  /** The key that follows in iteration order; the first where `key` is undefined or gone; undefined at the end. */
  nextKey(key: Uint8Array | undefined): Uint8Array | undefined;

  /** Gives its memory back. */
  dispose(): void;
}

/** Queue and stack: no keys (Linux 4.20). Program side, by address; 0 or a negative error number. */
export interface PushPopMap extends BpfMap {
  push(value: number, flags: number): number;
  pop(value: number): number;
  peek(value: number): number;
}
