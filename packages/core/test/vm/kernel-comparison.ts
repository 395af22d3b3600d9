import type { KernelOracle } from '../../../../test/oracle/kernel.ts';
import { encode } from '../../src/isa/encode.ts';
import { BytecodeRunner } from '../../src/vm/run-bytecode.ts';
import { randomProgram, type Shape, seeded } from './random-program.ts';

const packet = new Uint8Array(64);
/** Memory that the interpreter has for a context: every field of it that programs read is 0. */
const context = new Uint8Array(192);
/** Offsets of `__sk_buff.cb` and `xdp_md.rx_queue_index`, which are 0 in a test run. */
const zeroField = { socket_filter: 48, xdp: 16 } as const;

/** Shapes that are compared in turn. */
export const shapes: readonly Shape[] = [
  { length: 30, branches: 0, memory: 0 },
  { length: 60, branches: 0, memory: 40 },
  { length: 60, branches: 15, memory: 20, fetching: false },
  { length: 60, branches: 10, memory: 15, calls: 5, fetching: false },
];

/** What came of one comparison. */
export type Outcome = { readonly kind: 'same' | 'refused' } | { readonly kind: 'different'; readonly text: string };

/** Compares random programs in the interpreter with a kernel, which may say no: its verifier is only so clever. */
export class KernelComparison {
  readonly #kernel: KernelOracle;
  readonly #runner = new BytecodeRunner();

  constructor(kernel: KernelOracle) {
    this.#kernel = kernel;
  }

  /** Runs the program of a seed in both. */
  async compare(seed: number, type: keyof typeof zeroField): Promise<Outcome> {
    const shape = shapes[seed % shapes.length] ?? { length: 1, branches: 0, memory: 0 };
    const code = encode(randomProgram(seeded(seed), { ...shape, unknown: zeroField[type] }));
    const program = await this.#kernel.load({ type, code });
    if ('errno' in program) return this.#refused(program.log, seed);
    const run = await this.#kernel.testRun(program, packet);
    await this.#kernel.close(program);
    const ours = Number(BigInt.asUintN(32, this.#runner.run(code, context).result));
    if (run.errno === 0 && run.retval === ours) return { kind: 'same' };
    const theirs = run.errno === 0 ? `0x${run.retval.toString(16)}` : `error ${run.errno}`;
    return { kind: 'different', text: `seed ${seed}: 0x${ours.toString(16)} here, ${theirs} in the kernel` };
  }

  /** Too many paths is the only thing that a kernel may hold against these programs. */
  #refused(log: string, seed: number): Outcome {
    if (log.includes('BPF program is too large') || log.includes('is too complex')) return { kind: 'refused' };
    return {
      kind: 'different',
      text: `seed ${seed}: the kernel refuses it: ${log.trimEnd().split('\n').slice(-4).join(' / ')}`,
    };
  }
}
