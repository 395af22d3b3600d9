export { type GenerateOptions, generate } from './generate.ts';
export type { CodeInstruction, MachineFunction } from './machine-function.ts';
export type { Reference } from './reference.ts';
export type { Cpu } from './selection.ts';
