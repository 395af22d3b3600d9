import type { BtfTracepoints, KernelFunctions, LsmHooks, Tracepoints } from './kernel-types.ts';
import { type Program, type ProgramOptions, program } from './program.ts';

type Arguments<Hook> = Hook extends (...args: infer Args extends unknown[]) => unknown ? Args : never;

type Result<Hook> = Hook extends (...args: never[]) => infer R ? R : never;

/** A tracepoint (Linux 4.7), by its category and name. */
export function tracepoint<Name extends keyof Tracepoints>(
  name: Name,
  run: (event: Tracepoints[Name]) => void,
): Program<'tracepoint', void> {
  return program('tracepoint', run, {}, name);
}

/** A tracepoint with the kernel's own types (Linux 5.5). */
export function tpBtf<Name extends keyof BtfTracepoints>(
  name: Name,
  run: (...args: Arguments<BtfTracepoints[Name]>) => void,
): Program<'tp_btf', void> {
  return program('tp_btf', run, {}, name);
}

/** The entry of a kernel function (Linux 4.1). */
export function kprobe<Name extends keyof KernelFunctions>(
  name: Name,
  run: (...args: Arguments<KernelFunctions[Name]>) => void,
): Program<'kprobe', void> {
  return program('kprobe', run, {}, name);
}

/** The return of a kernel function (Linux 4.1). */
export function kretprobe<Name extends keyof KernelFunctions>(
  name: Name,
  run: (result: Result<KernelFunctions[Name]>) => void,
): Program<'kretprobe', void> {
  return program('kretprobe', run, {}, name);
}

/** The entry of a kernel function, with its types and little cost (Linux 5.5). */
export function fentry<Name extends keyof KernelFunctions>(
  name: Name,
  run: (...args: Arguments<KernelFunctions[Name]>) => void,
  options?: ProgramOptions,
): Program<'fentry', void> {
  return program('fentry', run, options, name);
}

/** The return of a kernel function, with its arguments and its result (Linux 5.5). */
export function fexit<Name extends keyof KernelFunctions>(
  name: Name,
  run: (...args: [...args: Arguments<KernelFunctions[Name]>, result: Result<KernelFunctions[Name]>]) => void,
  options?: ProgramOptions,
): Program<'fexit', void> {
  return program('fexit', run, options, name);
}

/** A security hook (Linux 5.7): 0 allows, a negative errno such as `-EPERM` refuses. Needs `export const license = 'GPL'`. */
export function lsm<Name extends keyof LsmHooks>(
  hook: Name,
  run: (...args: Arguments<LsmHooks[Name]>) => number,
  options?: ProgramOptions,
): Program<'lsm', number> {
  return program('lsm', run, options, hook);
}
