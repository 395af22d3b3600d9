export { ArrayMap } from './array.ts';
export { ArrayOfMaps } from './array-of-maps.ts';
export { checkDefinition } from './check-definition.ts';
export { canCreateMap, createMap } from './create-map.ts';
export type { MapDefinition } from './definition.ts';
export type { MapEnvironment } from './environment.ts';
export { Errno } from './errno.ts';
export { UpdateFlag } from './flags.ts';
export { HashMap } from './hash.ts';
export { HASH_SEED, hashKey } from './hash-function.ts';
export { HashOfMaps } from './hash-of-maps.ts';
export { Header } from './header.ts';
export { LpmTrieMap } from './lpm-trie.ts';
export { LruHashMap } from './lru-hash.ts';
export { LruPerCpuHashMap } from './lru-percpu-hash.ts';
export type { BpfMap, PushPopMap, RecordMap } from './map.ts';
export {
  type Memory,
  type OwnedRegion,
  REGION_PAGE,
  type Region,
  type RegionKind,
  type RegionLayout,
} from './memory.ts';
export { PerCpuArrayMap } from './percpu-array.ts';
export { PerCpuHashMap } from './percpu-hash.ts';
export { PerfEventArrayMap, type PerfSample } from './perf-event-array.ts';
export { ProgArrayMap } from './prog-array.ts';
export { QueueMap } from './queue.ts';
export { RingBuffer, RingFlag, RingQuery } from './ring-buffer.ts';
export { StackMap } from './stack.ts';
