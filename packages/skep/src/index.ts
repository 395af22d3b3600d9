/** skep as a library: loads eBPF programs into a host and gives handles to their maps, programs and variables. */
export { formatError, SkepError } from '@skep/core/base';
export {
  Collection,
  type ConfigValues,
  EventBatch,
  EventStream,
  GlobalHandle,
  type Host,
  type Input,
  type Link,
  MapHandle,
  MapTable,
  OuterTable,
  type Packet,
  PerCpu,
  PerCpuTable,
  ProgramHandle,
  ProgramTable,
  QueueHandle,
  type ReadOptions,
  type RunOptions,
  type RunResult,
  UserRingBufferHandle,
  vm,
} from '@skep/core/host';
export { packet } from '@skep/core/net';
export { BpfLink, IteratorLink, kernel, VerifierError } from '@skep/kernel';
export { type LoadOptions, load } from './load.ts';
