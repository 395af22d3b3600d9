import type { Ffi } from '../ffi/ffi.ts';
import { syscallNumbers } from '../ffi/syscall-numbers.ts';
import { Attr, type Fields, type LayoutName } from './attr.ts';
import { type Command, commands } from './commands.gen.ts';

/** Attributes of a call: where they lie, and what keeps them there. */
export interface BpfAttr {
  readonly bytes: Uint8Array;
  /** Address of `bytes`. */
  readonly address: number;
}

/** bpf(2) on this machine: attributes in, descriptor or negative error number out. Knows no policy and no errors. */
export class Bpf {
  readonly ffi: Ffi;
  readonly #number: number;
  readonly #close: number;
  /** Attributes of the call under way: an address alone does not keep them and their buffers from being collected. */
  inUse: BpfAttr | undefined;

  constructor(ffi: Ffi) {
    const numbers = syscallNumbers();
    this.ffi = ffi;
    this.#number = numbers.bpf;
    this.#close = numbers.close;
  }

  attr<Name extends LayoutName>(name: Name, fields: Fields<Name> = {}): Attr<Name> {
    return new Attr(this.ffi, name, fields);
  }

  /** One call: the result, or the negative error number. */
  call(command: Command, attr: BpfAttr): number {
    this.inUse = attr;
    return this.ffi.syscall3(this.#number, commands[command], attr.address, attr.bytes.length);
  }

  close(descriptor: number): void {
    this.ffi.syscall(this.#close, descriptor);
  }
}
