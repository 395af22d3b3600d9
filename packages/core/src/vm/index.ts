export {
  type Context,
  type ContextOptions,
  createContext,
  MAX_PACKET,
  type PacketCopy,
  type Redirect,
  SkbContext,
  XdpContext,
} from './contexts/index.ts';
export { Execution, type RunSetting } from './execution.ts';
export { Fault, type FaultDetails } from './fault.ts';
export { type HelperDefinition, helperTable } from './helpers/index.ts';
export { type LoadSetting, loadBytecode, loadProgram, runnableTypes } from './load.ts';
export { DEFAULT_BUDGET, DEFAULT_MEMORY_LIMIT, type MachineOptions, VirtualMachine } from './machine.ts';
export { WasmMemory } from './memory.ts';
export type { BoundHelper, LoadedProgram } from './program.ts';
export type { Helper, Machine, Run } from './run.ts';
export { type BytecodeResult, BytecodeRunner, runBytecode } from './run-bytecode.ts';
