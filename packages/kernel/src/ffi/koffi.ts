import { createRequire } from 'node:module';
import type { Ffi, Mapping, NativeFunction, NativeType, SyscallArgument } from './ffi.ts';
import { syscallNumbers } from './syscall-numbers.ts';

type Call = (...args: SyscallArgument[]) => number | bigint;
type NumberCall = (number: number, first: number, second: number, third: number) => number;
/** A type that koffi made. */
type KoffiType = object;

/** The part of koffi that is used here. */
interface Koffi {
  load(path: null): { func(name: string, result: string, parameters: readonly string[]): Call };
  proto(definition: string): KoffiType;
  pointer(type: KoffiType): KoffiType;
  register(run: (...args: (number | bigint)[]) => void, type: KoffiType): bigint;
  errno(): number;
  address(value: Uint8Array): bigint;
  view(address: bigint, length: number): ArrayBuffer;
}

const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_SHARED = 1;

/** Prototypes made so far: koffi wants a name of its own for each. */
let prototypes = 0;

/** The driver over koffi. The library is loaded when the first driver is made. */
export class KoffiDriver implements Ffi {
  readonly #koffi: Koffi;
  /** syscall(2) by its number of arguments: fewer arguments cost less. */
  readonly #byArity: Call[];
  /** syscall(2) with numbers, which need no conversion. */
  readonly #numbers: NumberCall;
  readonly #mmap: Call;
  readonly #library: ReturnType<Koffi['load']>;

  constructor() {
    this.#koffi = createRequire(import.meta.url)('koffi');
    const library = this.#koffi.load(null);
    this.#library = library;
    const pointers = (count: number) => Array.from({ length: count }, () => 'void*');
    this.#byArity = [0, 1, 2, 3, 4, 5, 6].map((count) => library.func('syscall', 'long', ['long', ...pointers(count)]));
    this.#numbers = library.func('syscall', 'int', ['int', 'int', 'uintptr_t', 'int']) as NumberCall;
    this.#mmap = library.func('mmap', 'uintptr_t', ['void*', 'size_t', 'int', 'int', 'int', 'long']);
  }

  syscall(number: number, ...args: SyscallArgument[]): number {
    const result = Number(this.#call(args.length)(number, ...args.map(asPointer)));
    return result < 0 ? -this.#koffi.errno() : result;
  }

  syscall3(number: number, first: number, second: number, third: number): number {
    const result = this.#numbers(number, first, second, third);
    return result < 0 ? -this.#koffi.errno() : result;
  }

  #call(count: number): Call {
    const call = this.#byArity[count];
    if (call === undefined) throw new Error('a system call takes at most six arguments');
    return call;
  }

  address(buffer: Uint8Array): bigint {
    return this.#koffi.address(buffer);
  }

  map(
    descriptor: number,
    length: number,
    access: { readonly write: boolean; readonly offset?: number },
  ): Mapping | number {
    const protection = access.write ? PROT_READ | PROT_WRITE : PROT_READ;
    const address = BigInt(this.#mmap(null, length, protection, MAP_SHARED, descriptor, access.offset ?? 0));
    if (BigInt.asIntN(64, address) === -1n) return -this.#koffi.errno();
    const bytes = this.#koffi.view(address, length);
    return { address, bytes, unmap: () => void this.syscall(syscallNumbers().munmap, address, length) };
  }

  symbol(name: string, result: NativeType, parameters: readonly NativeType[]): NativeFunction | undefined {
    try {
      return this.#library.func(name, result, parameters);
    } catch {
      return undefined;
    }
  }

  callback(parameters: readonly NativeType[], run: (...args: (number | bigint)[]) => void): bigint {
    prototypes += 1;
    const prototype = this.#koffi.proto(`void skep_callback_${prototypes}(${parameters.join(', ')})`);
    return this.#koffi.register(run, this.#koffi.pointer(prototype));
  }
}

/** Pointers are unsigned: a negative number goes as its two's complement. */
function asPointer(argument: SyscallArgument): SyscallArgument {
  return typeof argument === 'number' && argument < 0 ? BigInt.asUintN(64, BigInt(argument)) : argument;
}
