/** skep as a library: loads eBPF programs into a host and gives handles to their maps, programs and variables. */
export { formatError, SkepError } from '@skep/core/base';
export {
  BloomFilter,
  Collection,
  type ConfigValues,
  EventBatch,
  EventStream,
  GlobalHandle,
  type Host,
  type Input,
  type Link,
  type LinkInfo,
  MapHandle,
  type MapInfo,
  MapTable,
  OuterTable,
  openPinnedLink,
  openPinnedMap,
  openPinnedProgram,
  type Packet,
  PerCpu,
  PerCpuTable,
  ProgramHandle,
  type ProgramInfo,
  ProgramTable,
  QueueHandle,
  type ReadOptions,
  type RedirectEntry,
  RedirectTable,
  type RunOptions,
  type RunResult,
  StructOpsHandle,
  UserRingBufferHandle,
  vm,
} from '@skep/core/host';
export { packet } from '@skep/core/net';
export { BpfLink, IteratorLink, kernel, type Leftover, leftovers, VerifierError } from '@skep/kernel';
export { type LoadOptions, load } from './load.ts';
