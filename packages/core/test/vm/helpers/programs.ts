import { helpers } from '../../../src/abi/helpers.gen.ts';
import type { ProgramType } from '../../../src/abi/program-types.gen.ts';
import { assemble } from '../../../src/isa/assemble.ts';
import type { ProgramSpec, Reference } from '../../../src/object/program-spec.ts';
import { createContext } from '../../../src/vm/contexts/index.ts';
import { Execution } from '../../../src/vm/execution.ts';
import { loadProgram } from '../../../src/vm/load.ts';
import { VirtualMachine } from '../../../src/vm/machine.ts';

const numbers: ReadonlyMap<string, number> = new Map(Object.entries(helpers));

/** Bytecode of instructions and labels; helpers by name. */
export function bytecode(text: string): Uint8Array {
  return assemble(text, { helpers: numbers });
}

/** A program spec around bytecode. */
export function specOf(type: ProgramType, code: Uint8Array, references: readonly Reference[] = []): ProgramSpec {
  return {
    name: 'test',
    section: type,
    type,
    flags: 0,
    autoload: true,
    code,
    references,
    functions: [],
    lines: [],
    coreRelocations: [],
  };
}

/** What a program did in the VM. */
export interface VmResult {
  /** Return value, unsigned. */
  readonly code: number;
  readonly data: Uint8Array;
  readonly printed: readonly string[];
}

/** A machine for tests: two CPUs, 64 MiB. */
export function testMachine(): VirtualMachine {
  return new VirtualMachine({ cpus: 2, seed: 1, memoryLimit: 2 ** 26, budget: 1_000_000 });
}

/** Runs one program once in a machine as the kernel's test run does. */
export function runInVm(
  type: ProgramType,
  text: string | Uint8Array,
  packet: Uint8Array,
  options: {
    readonly machine?: VirtualMachine;
    readonly asTestRun?: boolean;
    readonly maps?: readonly Reference[];
  } = {},
): VmResult {
  const { machine = testMachine(), asTestRun = true } = options;
  const code = typeof text === 'string' ? bytecode(text) : text;
  const context = createContext(type, machine.memory);
  if (context === undefined) throw new Error(`no context for ${type}`);
  const printed: string[] = [];
  machine.print = (line) => printed.push(line);
  const program = loadProgram(specOf(type, code, options.maps), {
    license: 'GPL',
    mapHandle: Number,
    mapValue: (name, offset) => Number(name) + offset,
  });
  context.begin(packet, { ifindex: 1, rxQueue: 0, asTestRun });
  const result = new Execution(machine).run(program, context, { cpu: 0, timeLow: 0, timeHigh: 0 });
  const data = context.data();
  context.dispose();
  return { code: result, data, printed };
}

/** Bytes of hexadecimal text; white space does not count. */
export function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));
}

/** Hexadecimal text of bytes. */
export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** An Ethernet frame with this EtherType (or tags and EtherType) and `length` bytes 0, 1, 2, .. behind it. */
export function frame(type: string, length: number, destination = '020000000001'): Uint8Array {
  const payload = Buffer.from(Uint8Array.from({ length }, (_, at) => at)).toString('hex');
  return hex(`${destination} 020000000002 ${type} ${payload}`);
}

/** Instructions that zero `size` bytes of stack below the frame pointer. */
export function zeroStack(size: number): string {
  return Array.from({ length: size / 8 }, (_, at) => `*(u64 *)(r10 - ${8 * (at + 1)}) = 0`).join('\n');
}
