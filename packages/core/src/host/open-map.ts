import type { MapType } from '../abi/map-types.gen.ts';
import { BloomFilter } from './bloom-filter.ts';
import { EventStream } from './event-stream.ts';
import type { HostMap } from './host.ts';
import type { MapCodecs } from './map-codecs.ts';
import type { MapHandle } from './map-handle.ts';
import { MapTable } from './map-table.ts';
import { type OpenInner, OuterTable } from './outer-table.ts';
import { PerCpuTable } from './per-cpu-table.ts';
import { ProgramTable } from './program-table.ts';
import { QueueHandle } from './queue-handle.ts';
import { RedirectTable } from './redirect-table.ts';
import { StructOpsHandle } from './struct-ops-handle.ts';
import { UserRingBufferHandle } from './user-ring-buffer-handle.ts';

type Open = (map: HostMap, codecs: MapCodecs, openInner: OpenInner) => MapHandle;

const perCpu: Open = (map, codecs) => new PerCpuTable(map, codecs);
const stream: Open = (map, codecs) => new EventStream(map, codecs);
const queue: Open = (map, codecs) => new QueueHandle(map, codecs);
const redirect: Open = (map, codecs) => new RedirectTable(map, codecs);
const outer: Open = (map, codecs, openInner) => new OuterTable(map, codecs, openInner);

/** The handle of each map type that is more than a table of keys and values. */
const handles: Readonly<Partial<Record<MapType, Open>>> = {
  percpu_array: perCpu,
  percpu_hash: perCpu,
  lru_percpu_hash: perCpu,
  percpu_cgroup_storage: perCpu,
  ringbuf: stream,
  perf_event_array: stream,
  user_ringbuf: (map, codecs) => new UserRingBufferHandle(map, codecs),
  queue,
  stack: queue,
  bloom_filter: (map, codecs) => new BloomFilter(map, codecs),
  devmap: redirect,
  devmap_hash: redirect,
  cpumap: redirect,
  array_of_maps: outer,
  hash_of_maps: outer,
  prog_array: (map, codecs) => new ProgramTable(map, codecs),
  struct_ops: (map, codecs) => new StructOpsHandle(map, codecs),
};

/** The handle for a map, by its type. `openInner` is of a map of maps. */
export function openMap(map: HostMap, codecs: MapCodecs, openInner: OpenInner): MapHandle {
  const open = handles[map.spec.type];
  return open === undefined ? new MapTable(map, codecs) : open(map, codecs, openInner);
}
