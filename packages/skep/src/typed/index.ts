/** The types of what `load` gives for a program in TypeScript: every map, program and variable by its own type. */
export type { ModuleConfig, TypedCollection, TypedGlobals, TypedMaps, TypedPrograms } from './collection.ts';
export type { TypedGlobal } from './globals.ts';
export type { TypedMap, TypedMapKinds } from './maps.ts';
export type {
  CgroupAttachOptions,
  CgroupPath,
  CgroupProgram,
  CgroupSkbProgram,
  SkLookupAttachOptions,
  SkLookupProgram,
  SocketFilterProgram,
  TcAttachOptions,
  TcProgram,
  TcVerdict,
  TracingProgram,
  TypedProgram,
  TypedProgramKinds,
  TypedRunResult,
  XdpAttachOptions,
  XdpProgram,
  XdpVerdict,
} from './programs.ts';
export type {
  DescriptorTable,
  PrefixKey,
  StorageTable,
  Sum,
  TypedBloomFilter,
  TypedEvents,
  TypedOuterTable,
  TypedPerCpu,
  TypedPerCpuTable,
  TypedQueue,
  TypedTable,
} from './tables.ts';
