import type { Ffi } from '../ffi/ffi.ts';
import { syscallNumbers } from '../ffi/syscall-numbers.ts';
import { Attr, type Fields, type LayoutName } from './attr.ts';
import { type Command, commands } from './commands.gen.ts';

/** bpf(2) on this machine: attributes in, descriptor or negative error number out. Knows no policy and no errors. */
export class Bpf {
  readonly ffi: Ffi;
  readonly #number: number;
  readonly #close: number;

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
  call(command: Command, attr: { readonly bytes: Uint8Array }): number {
    return this.ffi.syscall(this.#number, commands[command], attr.bytes, attr.bytes.length);
  }

  close(descriptor: number): void {
    this.ffi.syscall(this.#close, descriptor);
  }
}
