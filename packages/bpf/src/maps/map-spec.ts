import type { AnySchema, Infer } from '../schema.ts';

export type MapKind =
  | 'hash'
  | 'lru_hash'
  | 'percpu_hash'
  | 'lru_percpu_hash'
  | 'array'
  | 'percpu_array'
  | 'lpm_trie'
  | 'ringbuf'
  | 'queue'
  | 'stack'
  | 'bloom_filter'
  | 'array_of_maps'
  | 'hash_of_maps'
  | 'sockmap'
  | 'sockhash'
  | 'devmap'
  | 'cpumap'
  | 'xskmap'
  | 'task_storage'
  | 'cgrp_storage'
  | 'inode_storage'
  | 'sk_storage';

/**
 * What every map has: its kernel type, key schema and value (a schema, or a map in a map of maps). A blueprint:
 * memory is bound by `load`, so two loads of one module share nothing.
 */
export interface MapSpec<Kind extends MapKind, Key, Value> {
  readonly kind: Kind;
  readonly key: Key;
  readonly value: Value;
}

/** Any map at all, for constraints. */
export type AnyMap = MapSpec<MapKind, unknown, unknown>;

export interface MapOptions {
  /** Most entries; memory is reserved for all of them unless `preallocate` is false. */
  readonly maxEntries: number;
  /** Allocate entries when they are made (hash kinds only). */
  readonly preallocate?: boolean;
  /** A name under /sys/fs/bpf that keeps the map alive after the process. */
  readonly pin?: string;
}

/** A scalar in map memory: `map.ref(key)` makes `.value += 1n` a write to the map. */
export interface Ref<Value> {
  value: Value;
}

/** What `ref` gives: a box around a scalar, or the live view that `get` gives too. */
export type RefTo<V extends AnySchema> = Infer<V> extends number | bigint | string ? Ref<Infer<V>> : Infer<V>;
