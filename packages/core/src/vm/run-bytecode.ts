import { Execution } from './execution.ts';
import { loadBytecode } from './load.ts';
import { DEFAULT_BUDGET, DEFAULT_MEMORY_LIMIT, VirtualMachine } from './machine.ts';
import { RawContext } from './raw-context.ts';
import { registerValue } from './registers.ts';

/** Result of {@link runBytecode}. */
export interface BytecodeResult {
  /** r0, unsigned. */
  readonly result: bigint;
  /** The memory afterwards. */
  readonly memory: Uint8Array;
  /** Instructions executed. */
  readonly executed: number;
}

/**
 * Runs bare bytecode once, as conformance tests of the instruction set want it: r1 is the address of a copy of
 * `memory`, r2 its length.
 * @throws SKEP_BAD_INSTRUCTION, SKEP_FAULT.
 */
export function runBytecode(
  code: Uint8Array,
  memory: Uint8Array = new Uint8Array(0),
  options: { readonly budget?: number } = {},
): BytecodeResult {
  const budget = options.budget ?? DEFAULT_BUDGET;
  const machine = new VirtualMachine({ cpus: 1, seed: 1, memoryLimit: DEFAULT_MEMORY_LIMIT, budget });
  const execution = new Execution(machine);
  const context = new RawContext(machine.memory, memory.length);
  context.begin(memory);
  execution.run(loadBytecode(code), context, { cpu: 0, timeLow: 0, timeHigh: 0 }, memory.length);
  return {
    result: registerValue(execution.registers, 0),
    memory: context.data(),
    executed: execution.instructions,
  };
}
