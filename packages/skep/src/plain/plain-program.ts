import { type ProgramParts, runIn } from '@skep/bpf/runtime';
import { SkepError } from '@skep/core/base';
import type { HostProgram, Link, RunOptions, RunResult } from '@skep/core/host';
import type { ProgramSpec } from '@skep/core/object';
import { type Context, createContext } from '@skep/core/vm';
import { plainContext } from './contexts.ts';
import type { PlainRun } from './plain-run.ts';

/** What a program is made from. */
export interface PlainProgramParts {
  readonly spec: ProgramSpec;
  readonly parts: ProgramParts;
  readonly run: PlainRun;
  /** Nanoseconds. */
  readonly clock: () => bigint;
  readonly print: (line: string) => void;
  readonly disposed: (program: PlainProgram) => void;
}

/** A function of a module as a program of a host. */
export class PlainProgram implements HostProgram {
  readonly spec: ProgramSpec;
  readonly #program: (context: object) => unknown;
  readonly #run: PlainRun;
  readonly #made: PlainProgramParts;
  readonly #context: Context;
  readonly #view: object;
  #running = false;
  #disposed = false;

  /** @throws SKEP_NOT_SUPPORTED for a type that only a kernel runs. */
  constructor(made: PlainProgramParts) {
    const { memory } = made.run.machine;
    const context = createContext(made.spec.type, memory);
    const view = context && plainContext(context, memory);
    if (context === undefined || view === undefined) throw notRunnable(made.spec);
    this.spec = made.spec;
    this.#made = made;
    this.#program = made.parts.run as (context: object) => unknown;
    this.#run = made.run;
    this.#context = context;
    this.#view = view;
  }

  run(packet: Uint8Array, options: RunOptions = {}): RunResult {
    const printk: string[] = [];
    const { repeat = 1 } = options;
    if (!(Number.isSafeInteger(repeat) && repeat >= 1)) {
      throw new SkepError('SKEP_USAGE', `a program cannot run ${repeat} times`, { remedy: 'repeat is 1 or more' });
    }
    let code = 0;
    let duration = 0;
    const print = (line: string): void => {
      printk.push(line);
      this.#made.print(line);
    };
    for (let round = 0; round < repeat; round += 1) {
      this.#prepare(packet, options, print);
      const start = performance.now();
      code = this.#runOnce();
      duration += performance.now() - start;
    }
    return this.#result(code, (duration * 1e6) / repeat, printk);
  }

  /** Runs it once and gives the raw return value; the rest stays in {@link context} until the next run. */
  execute(packet: Uint8Array, options: RunOptions = {}): number {
    this.#prepare(packet, options, this.#made.print);
    return this.#runOnce();
  }

  /** The packet and its fate after {@link execute}. */
  get context(): Context {
    return this.#context;
  }

  attach(): Link {
    throw new SkepError('SKEP_NOT_SUPPORTED', `program ${this.spec.name} cannot be attached as plain TypeScript`, {
      remedy: 'run it on a packet, or load it with host: vm() or host: kernel()',
    });
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#context.dispose();
    this.#made.disposed(this);
  }

  #prepare(packet: Uint8Array, options: RunOptions, print: (line: string) => void): void {
    if (this.#disposed) throw new SkepError('SKEP_USAGE', `program ${this.spec.name} was disposed of`);
    if (this.#running) throw new SkepError('SKEP_BUSY', `program ${this.spec.name} is running already`);
    const { cpu = 0, time = this.#made.clock(), ifindex = 1, rxQueue = 0, asTestRun = false } = options;
    const { cpus } = this.#run.machine;
    if (!(Number.isInteger(cpu) && cpu >= 0 && cpu < cpus)) {
      throw new SkepError('SKEP_USAGE', `there is no CPU ${cpu}`, { reason: `the CPUs are 0 to ${cpus - 1}` });
    }
    if (options.live !== undefined || options.context !== undefined) {
      throw new SkepError('SKEP_NOT_SUPPORTED', 'only a kernel takes a context, or sends frames for real');
    }
    this.#context.begin(packet, { ifindex, rxQueue, asTestRun });
    this.#run.begin({ cpu, time, context: this.#context, print });
  }

  #runOnce(): number {
    this.#running = true;
    try {
      return Number(runIn(this.#run, () => this.#program(this.#view))) >>> 0;
    } finally {
      this.#running = false;
      this.#run.end();
    }
  }

  #result(code: number, duration: number, printk: readonly string[]): RunResult {
    const context = this.#context;
    return {
      verdict: context.verdict(code),
      code,
      data: context.data(),
      duration,
      copies: context.copies,
      printk,
      ...(context.redirect !== undefined && context.isRedirect(code) ? { redirect: context.redirect } : {}),
    };
  }
}

function notRunnable({ name, type }: ProgramSpec): SkepError {
  return new SkepError('SKEP_NOT_SUPPORTED', `program ${name} of type ${type} does not run as plain TypeScript`, {
    reason: 'only programs that see packets do: xdp, tc and socket filters',
    remedy: 'load it with host: kernel(), or choose other programs with { programs: [..] }',
  });
}
