/**
 * The core of skep: what most programs need, by name. Each layer has its own entry with all it offers:
 * `@skep/core/base`, `/isa`, `/net`, `/btf`, `/abi`, `/object`, `/object/assembly`, `/maps`, `/vm`, `/host`.
 */
export { formatError, SkepError } from './base/index.ts';
export { Btf, type Value } from './btf/index.ts';
export {
  Collection,
  EventBatch,
  EventStream,
  GlobalHandle,
  type Host,
  type LoadCollectionOptions,
  loadCollection,
  MapHandle,
  MapTable,
  OuterTable,
  PerCpu,
  PerCpuTable,
  ProgramHandle,
  ProgramTable,
  QueueHandle,
  type ReadOptions,
  type RunOptions,
  type RunResult,
  UserRingBufferHandle,
  VmHost,
  type VmOptions,
  vm,
} from './host/index.ts';
export { disassemble } from './isa/index.ts';
export { dissect, packet, readCapture } from './net/index.ts';
export { assembleElf } from './object/assembly/index.ts';
export {
  type CollectionSpec,
  collectionFromElf,
  type MapSpec,
  type ProgramSpec,
  readCollection,
  writeElf,
} from './object/index.ts';
