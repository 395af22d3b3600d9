import type { AnySchema, MapKind, MapSpec, Userland } from '@skep/bpf';
import type {
  DescriptorTable,
  PrefixKey,
  StorageTable,
  TypedBloomFilter,
  TypedEvents,
  TypedOuterTable,
  TypedPerCpuTable,
  TypedQueue,
  TypedTable,
} from './tables.ts';

/**
 * The handle of a map spec. The kinds are looked up in an interface, not tried one by one in a conditional type:
 * that is one step whatever the kind, and a new kind is one line.
 */
export type TypedMap<Map> =
  Map extends MapSpec<infer Kind, infer Key, infer Value>
    ? TypedMapKinds<
        Key extends AnySchema ? Userland<Key> : never,
        Value,
        Value extends AnySchema ? Userland<Value> : never
      >[Kind]
    : never;

/** One handle for each map kind. `Spec` is the value schema or inner map, `Value` what userland sees of it. */
export interface TypedMapKinds<Key, Spec, Value> extends Record<MapKind, unknown> {
  hash: TypedTable<Key, Value>;
  lru_hash: TypedTable<Key, Value>;
  percpu_hash: TypedPerCpuTable<Key, Value>;
  lru_percpu_hash: TypedPerCpuTable<Key, Value>;
  array: TypedTable<Key, Value>;
  percpu_array: TypedPerCpuTable<Key, Value>;
  lpm_trie: TypedTable<PrefixKey<Key>, Value>;
  ringbuf: TypedEvents<Value>;
  queue: TypedQueue<Value>;
  stack: TypedQueue<Value>;
  bloom_filter: TypedBloomFilter<Value>;
  array_of_maps: TypedOuterTable<Key, TypedMap<Spec>>;
  hash_of_maps: TypedOuterTable<Key, TypedMap<Spec>>;
  sockmap: DescriptorTable<Key>;
  sockhash: DescriptorTable<Key>;
  devmap: TypedTable<number, number>;
  cpumap: TypedTable<number, number>;
  xskmap: DescriptorTable<number>;
  task_storage: StorageTable<Value>;
  cgrp_storage: StorageTable<Value>;
  inode_storage: StorageTable<Value>;
  sk_storage: StorageTable<Value>;
}
