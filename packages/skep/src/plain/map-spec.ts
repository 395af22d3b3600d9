import { mapSizes } from '@skep/bpf/runtime';
import { type MapType, mapFlags } from '@skep/core/abi';
import type { MapSpec } from '@skep/core/object';
import { type DeclaredMap, isMap } from './module-exports.ts';
import type { TypeTable } from './type-table.ts';

/** Map types of which a program's value is a record of any size. */
const streams: ReadonlySet<string> = new Set(['ringbuf']);
const NO_PREALLOC: ReadonlySet<string> = new Set([
  'lpm_trie',
  'task_storage',
  'cgrp_storage',
  'inode_storage',
  'sk_storage',
]);

/** The blueprint that the compiler would write into an object for a map of a module. */
export function mapSpec(name: string, map: DeclaredMap, types: TypeTable): MapSpec {
  const { key, value } = mapSizes(map);
  const { maxEntries = 0, bytes = maxEntries, preallocate = true, hashes = 0 } = map.options;
  const type = map.kind as MapType;
  const isStream = streams.has(type);
  const inner = isMap(map.value) ? map.value : undefined;
  return {
    name,
    type,
    keySize: key?.size ?? keySizeOf(type),
    valueSize: isStream ? 0 : (value?.size ?? 4),
    maxEntries: bytes,
    flags: NO_PREALLOC.has(type) || !preallocate ? mapFlags.BPF_F_NO_PREALLOC : 0,
    mapExtra: BigInt(hashes),
    pinning: 'none',
    ...(key === undefined ? {} : { keyType: types.of(key) }),
    ...(value === undefined ? {} : { valueType: types.of(value) }),
    ...(inner === undefined ? {} : { inner: mapSpec(`${name}_inner`, inner, types) }),
    contents: [],
    frozen: false,
    origin: 'maps',
    section: '.maps',
  };
}

/** Bytes of the key of a map without one in the source. */
function keySizeOf(type: MapType): number {
  return type.endsWith('_storage') ? 4 : 0;
}
