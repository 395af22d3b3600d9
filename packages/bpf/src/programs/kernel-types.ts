// Registries that declarations fill (`declare module 'skep/bpf'`), made from the BTF of a kernel, a field at a time as
// programs use them: all of vmlinux would be 1.8 MB.

/** Event name (`category/name`) to event record. */
export interface Tracepoints {}

/** BTF tracepoint name to function type. */
export interface BtfTracepoints {}

/** Kernel function name to function type. */
export interface KernelFunctions {}

/** LSM hook name to function type; the hook's own return value is left out. */
export interface LsmHooks {}

/** Kernel struct name to read-only type. */
export interface KernelStructs {}

export type KernelStruct<Name extends string> = Name extends keyof KernelStructs ? KernelStructs[Name] : object;

/**
 * A pointer to text. Which memory it points to is part of its type, so the compiler picks the user or the kernel
 * read by itself.
 */
export interface TextPointer<Space extends 'user' | 'kernel'> {
  readonly space: Space;
  /** The text up to its zero byte, cut to the room of the `cstr` it is stored in; empty where it faults. */
  readString(): string;
}
