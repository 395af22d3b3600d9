export type {
  AttachFields,
  AttachTarget,
  AttachTargetOf,
  AttachTargets,
  CgroupTarget,
  Interface,
  IteratorTarget,
  NetfilterTarget,
  NetnsTarget,
  NoTarget,
  OrderTarget,
  PerfEventTarget,
  ProbeTarget,
  RouteTarget,
  SocketTarget,
  SockmapTarget,
  TcTarget,
  TracepointTarget,
  XdpTarget,
} from './attach-target.ts';
export { BloomFilter } from './bloom-filter.ts';
export { type Codec, hexCodec, type Input, indexCodec, typeCodec } from './codec.ts';
export { Collection, type Named } from './collection.ts';
export type { ConfigValues } from './config-values.ts';
export { EntryTable, type TableEntry } from './entry-table.ts';
export { EventBatch } from './event-batch.ts';
export { EventStream, type ReadOptions } from './event-stream.ts';
export { GlobalHandle } from './global-handle.ts';
export type {
  EntryBatch,
  Feature,
  Host,
  HostMap,
  HostProgram,
  Link,
  LoadEnvironment,
  MapEntry,
  PinnedMap,
  Pins,
  ProbeResult,
  ProgramTarget,
  RunOptions,
  RunResult,
  SharedValues,
} from './host.ts';
export type { MapInfo, ProgramInfo } from './info.ts';
export type { LinkInfo } from './link-info.ts';
export { type LoadCollectionOptions, loadCollection, type ProgramTargets } from './load-collection.ts';
export { findProgram } from './load-plan.ts';
export { type MapCodecs, mapCodecs } from './map-codecs.ts';
export { mapError } from './map-error.ts';
export { MapHandle } from './map-handle.ts';
export { MapTable } from './map-table.ts';
export { OuterTable } from './outer-table.ts';
export { PerCpu } from './per-cpu.ts';
export { PerCpuTable } from './per-cpu-table.ts';
export {
  checkPinned,
  openPinnedLink,
  openPinnedMap,
  openPinnedProgram,
} from './pins.ts';
export { type Packet, ProgramHandle } from './program-handle.ts';
export { ProgramTable } from './program-table.ts';
export { QueueHandle } from './queue-handle.ts';
export { batchOf, type RecordBatch, recordsOf } from './record-batch.ts';
export { type RedirectEntry, RedirectTable } from './redirect-table.ts';
export { noVariable, variableCodec } from './section-codec.ts';
export { StructOpsHandle } from './struct-ops-handle.ts';
export { UserRingBufferHandle } from './user-ring-buffer-handle.ts';
export { VmHost, type VmOptions, vm } from './vm-host.ts';
export { VmMap } from './vm-map.ts';
export type { VmPins } from './vm-pins.ts';
export { VmProgram } from './vm-program.ts';
