import { Execution } from './execution.ts';
import { loadBytecode } from './load.ts';
import { DEFAULT_BUDGET, DEFAULT_MEMORY_LIMIT, VirtualMachine } from './machine.ts';
import { RawContext } from './raw-context.ts';
import { registerValue } from './registers.ts';

/** Result of {@link BytecodeRunner.run}. */
export interface BytecodeResult {
  /** r0, unsigned. */
  readonly result: bigint;
  /** The memory afterwards. */
  readonly memory: Uint8Array;
  /** Instructions executed. */
  readonly executed: number;
}

/** Runs bare bytecode, as conformance tests of the instruction set want it; one machine for many runs. */
export class BytecodeRunner {
  readonly #machine: VirtualMachine;
  readonly #execution: Execution;

  constructor(options: { readonly budget?: number } = {}) {
    const budget = options.budget ?? DEFAULT_BUDGET;
    this.#machine = new VirtualMachine({ cpus: 1, seed: 1, memoryLimit: DEFAULT_MEMORY_LIMIT, budget });
    this.#execution = new Execution(this.#machine);
  }

  /**
   * Runs `code` once: r1 is the address of a copy of `memory`, r2 its length.
   * @throws SKEP_BAD_INSTRUCTION, SKEP_BAD_PROGRAM, SKEP_NOT_SUPPORTED, SKEP_FAULT.
   */
  run(code: Uint8Array, memory: Uint8Array = new Uint8Array(0)): BytecodeResult {
    const program = loadBytecode(code);
    const execution = this.#execution;
    const context = new RawContext(this.#machine.memory, memory.length);
    try {
      context.begin(memory);
      execution.run(program, context, { cpu: 0, timeLow: 0, timeHigh: 0 }, memory.length);
      return {
        result: registerValue(execution.registers, 0),
        memory: context.data(),
        executed: execution.instructions,
      };
    } finally {
      context.dispose();
    }
  }
}

/**
 * Runs bare bytecode once in a machine of its own: see {@link BytecodeRunner.run}.
 * @throws SKEP_BAD_INSTRUCTION, SKEP_BAD_PROGRAM, SKEP_NOT_SUPPORTED, SKEP_FAULT.
 */
export function runBytecode(
  code: Uint8Array,
  memory?: Uint8Array,
  options?: { readonly budget?: number },
): BytecodeResult {
  return new BytecodeRunner(options).run(code, memory);
}
