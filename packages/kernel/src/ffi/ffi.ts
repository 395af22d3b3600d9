/** An argument of a system call: a number, an address, a buffer whose address is passed, or a null pointer. */
export type SyscallArgument = number | bigint | Uint8Array | null;

/** C types of the functions that the process exports and of callbacks. */
export type NativeType = 'void' | 'int' | 'size_t' | 'uintptr_t';
/** A function of the process. */
export type NativeFunction = (...args: (number | bigint)[]) => number | bigint | undefined;

/** Memory shared with the kernel. The view dies with the mapping: use neither after `unmap`. */
export interface Mapping {
  readonly address: bigint;
  readonly bytes: ArrayBuffer;
  unmap(): void;
}

/**
 * All that this package needs from native code. One driver implements it (koffi); another can without a change
 * anywhere else.
 */
export interface Ffi {
  /** syscall(2) with at most six arguments: the result, or the negative error number. */
  syscall(number: number, ...args: SyscallArgument[]): number;
  /**
   * The same with three arguments that are numbers, addresses among them: the short way for calls made often. Whoever
   * passes an address keeps its buffer alive.
   */
  syscall3(number: number, first: number, second: number, third: number): number;
  /** Address of a buffer's first byte. It does not keep the buffer alive: the caller does. */
  address(buffer: Uint8Array): bigint;
  /** mmap(2) of a descriptor, shared; the negative error number on failure. */
  map(
    descriptor: number,
    length: number,
    access: { readonly write: boolean; readonly offset?: number },
  ): Mapping | number;
  /** A function that the process exports, or undefined where there is none of that name. */
  symbol(name: string, result: NativeType, parameters: readonly NativeType[]): NativeFunction | undefined;
  /**
   * Address of a C function that calls `run`, on the thread of the event loop only. It stays until the process ends,
   * and does not keep the process alive.
   */
  callback(parameters: readonly NativeType[], run: (...args: (number | bigint)[]) => void): bigint;
}
