import type { MapType } from '../abi/map-types.gen.ts';
import { ArrayMap } from './array.ts';
import { ArrayOfMaps } from './array-of-maps.ts';
import { checkDefinition } from './check-definition.ts';
import type { MapDefinition } from './definition.ts';
import type { MapEnvironment } from './environment.ts';
import { HashMap } from './hash.ts';
import { HashOfMaps } from './hash-of-maps.ts';
import { LpmTrieMap } from './lpm-trie.ts';
import { LruHashMap } from './lru-hash.ts';
import { LruPerCpuHashMap } from './lru-percpu-hash.ts';
import type { BpfMap } from './map.ts';
import { PerCpuArrayMap } from './percpu-array.ts';
import { PerCpuHashMap } from './percpu-hash.ts';
import { PerfEventArrayMap } from './perf-event-array.ts';
import { ProgArrayMap } from './prog-array.ts';
import { QueueMap } from './queue.ts';
import { RedirectArray, RedirectHash } from './redirect-array.ts';
import { RingBuffer } from './ring-buffer.ts';
import { StackMap } from './stack.ts';

type MapClass = new (definition: MapDefinition, environment: MapEnvironment) => BpfMap;

const classes: Partial<Record<MapType, MapClass>> = {
  array: ArrayMap,
  percpu_array: PerCpuArrayMap,
  hash: HashMap,
  percpu_hash: PerCpuHashMap,
  lru_hash: LruHashMap,
  lru_percpu_hash: LruPerCpuHashMap,
  lpm_trie: LpmTrieMap,
  prog_array: ProgArrayMap,
  ringbuf: RingBuffer,
  queue: QueueMap,
  stack: StackMap,
  array_of_maps: ArrayOfMaps,
  hash_of_maps: HashOfMaps,
  perf_event_array: PerfEventArrayMap,
  devmap: RedirectArray,
  devmap_hash: RedirectHash,
  cpumap: RedirectArray,
  xskmap: RedirectArray,
};

/** Whether {@link createMap} makes maps of this type. */
export function canCreateMap(type: MapType): boolean {
  return classes[type] !== undefined;
}

/**
 * Makes a map in linear memory.
 * @throws SKEP_BAD_MAP for a definition that the kernel would refuse, SKEP_NOT_SUPPORTED for a type that the VM does
 *   not have, SKEP_MEMORY_LIMIT where it would exceed the limit; nothing is left behind then.
 */
export function createMap(definition: MapDefinition, environment: MapEnvironment): BpfMap {
  checkDefinition(definition);
  const Class = classes[definition.type];
  if (Class === undefined) throw new Error(`no class for map type ${definition.type}`);
  return new Class(definition, environment);
}
