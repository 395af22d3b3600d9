import { SkepError } from '../base/errors.ts';
import type { ValueRecord } from '../btf/value.ts';
import type { BpfMap } from '../maps/map.ts';
import type { ProgramSpec } from '../object/program-spec.ts';
import type { Context, ContextOptions } from '../vm/contexts/index.ts';
import type { Execution } from '../vm/execution.ts';
import type { LoadedProgram } from '../vm/program.ts';
import type { AttachFields, AttachTarget } from './attach-target.ts';
import type { HostProgram, Link, RunOptions, RunResult } from './host.ts';
import { monotonicTime, splitTime, type TimeHalves } from './vm-clock.ts';
import type { VmDevices } from './vm-devices.ts';

/** What the programs of one VM share. */
export interface VmEnvironment {
  readonly execution: Execution;
  readonly devices: VmDevices<VmProgram>;
  /** Nanoseconds; absent: the monotonic clock of the process. */
  readonly clock?: () => bigint;
  /** Called once when a program is disposed of. */
  readonly disposed: (program: VmProgram) => void;
}

/** What a program of the VM is made from. */
export interface VmProgramParts {
  readonly spec: ProgramSpec;
  readonly program: LoadedProgram;
  readonly context: Context;
  /** Maps it refers to: they stay until it is disposed of. */
  readonly maps: Iterable<BpfMap>;
}

/** Lines that one run may print: its result holds them all. */
const MAX_LINES = 65_536;

const noLines: readonly string[] = [];
const noOptions: RunOptions = {};

/** A program of the VM. */
export class VmProgram implements HostProgram {
  readonly spec: ProgramSpec;
  /** Number by which program arrays of this VM hold it. */
  readonly number: number;
  readonly #environment: VmEnvironment;
  readonly #program: LoadedProgram;
  readonly #context: Context;
  readonly #maps: readonly BpfMap[];
  readonly #setting: { cpu: number; timeLow: number; timeHigh: number } = { cpu: 0, timeLow: 0, timeHigh: 0 };
  readonly #time: TimeHalves = { low: 0, high: 0 };
  #disposed = false;

  constructor(parts: VmProgramParts, environment: VmEnvironment) {
    this.spec = parts.spec;
    this.#program = parts.program;
    this.#context = parts.context;
    this.#maps = [...parts.maps];
    this.#environment = environment;
    for (const map of this.#maps) map.retain();
    this.number = environment.execution.machine.addProgram(parts.program);
  }

  run(packet: Uint8Array, options: RunOptions = noOptions): RunResult {
    const { execution } = this.#environment;
    const { machine } = execution;
    const printk: string[] = [];
    const print = machine.print;
    machine.print = (line) => {
      if (printk.length === MAX_LINES) execution.fault(`the program printed ${MAX_LINES} lines already`);
      printk.push(line);
      print(line);
    };
    try {
      const { code, duration } = this.#repeat(packet, options);
      return this.#result(code, duration, printk);
    } finally {
      machine.print = print;
    }
  }

  /**
   * The lean way to run it: gives the raw return value, 32 bits unsigned, and leaves the rest in {@link context} until
   * the next run. Printed lines go to the machine alone.
   * @throws SKEP_FAULT, SKEP_BAD_PACKET.
   */
  execute(packet: Uint8Array, options: RunOptions = noOptions): number {
    this.#prepare(packet, options);
    return this.#runOnce();
  }

  /** The packet and its fate after {@link execute}. */
  get context(): Context {
    return this.#context;
  }

  attach(target: AttachTarget): Link {
    const { device }: AttachFields = target;
    return this.#environment.devices.attach(device, this);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#environment.disposed(this);
    this.#environment.devices.detach(this);
    this.#environment.execution.machine.removeProgram(this.number);
    this.#context.dispose();
    for (const map of this.#maps) map.dispose();
  }

  #repeat(packet: Uint8Array, { repeat = 1, ...options }: RunOptions): { code: number; duration: number } {
    if (!(Number.isSafeInteger(repeat) && repeat >= 1)) {
      throw new SkepError('SKEP_USAGE', `a program cannot run ${repeat} times`, { remedy: 'repeat is 1 or more' });
    }
    let code = 0;
    let duration = 0;
    for (let round = 0; round < repeat; round++) {
      this.#prepare(packet, options);
      const start = performance.now();
      code = this.#runOnce();
      duration += performance.now() - start;
    }
    return { code, duration: (duration * 1e6) / repeat };
  }

  #runOnce(): number {
    return this.#environment.execution.run(this.#program, this.#context, this.#setting);
  }

  #prepare(packet: Uint8Array, options: RunOptions): void {
    if (this.#disposed) throw new SkepError('SKEP_USAGE', `program ${this.spec.name} was disposed of`);
    const { execution, clock } = this.#environment;
    const { cpu = 0, time } = options;
    if (!(Number.isInteger(cpu) && cpu >= 0 && cpu < execution.machine.cpus)) {
      throw new SkepError('SKEP_USAGE', `the VM has no CPU ${cpu}`, {
        reason: `its CPUs are 0 to ${execution.machine.cpus - 1}`,
        remedy: 'give the VM more CPUs, or run on one it has',
      });
    }
    if (time !== undefined) splitTime(time, this.#time);
    else if (clock !== undefined) splitTime(clock(), this.#time);
    else monotonicTime(this.#time);
    execution.checkIdle();
    this.#setting.cpu = cpu;
    this.#setting.timeLow = this.#time.low;
    this.#setting.timeHigh = this.#time.high;
    this.#context.begin(packet, contextOptions(options, this.spec));
  }

  #result(code: number, duration: number, printk: readonly string[]): RunResult {
    const context = this.#context;
    const structure = context.structure?.();
    return {
      verdict: context.verdict(code),
      code,
      data: context.data(),
      duration,
      copies: context.copies,
      printk: printk.length === 0 ? noLines : printk,
      ...(context.redirect !== undefined && context.isRedirect(code) ? { redirect: context.redirect } : {}),
      ...(structure === undefined ? {} : { context: structure }),
    };
  }
}

function kernelOnly(what: string): SkepError {
  return new SkepError('SKEP_NOT_SUPPORTED', `${what} in a kernel only`, { remedy: 'run it with the kernel as host' });
}

/** Types whose programs see no packet but a structure, which a run gives. */
const structureTypes: ReadonlySet<string> = new Set(['cgroup_sock_addr', 'sk_lookup']);

/** The fields of a context that the VM can set. */
function fieldsOf(context: NonNullable<RunOptions['context']>, spec: ProgramSpec): RunOptions {
  if (spec.type !== 'xdp' || context instanceof Uint8Array || Array.isArray(context)) {
    throw kernelOnly('a context as a whole is given');
  }
  const unknown = Object.keys(context).find((name) => !(name in settable));
  if (unknown !== undefined) throw kernelOnly(`field ${unknown} of a context is set`);
  return Object.fromEntries(
    Object.entries(settable).flatMap(([name, option]) => {
      const value = (context as ValueRecord)[name];
      return value === undefined ? [] : [[option, Number(value)]];
    }),
  );
}

/** Fields of `xdp_md`, and the option that says the same. */
const settable = { ingress_ifindex: 'ifindex', rx_queue_index: 'rxQueue' } as const;

const defaults: ContextOptions = { ifindex: 1, rxQueue: 0 };

function contextOptions(options: RunOptions, spec: ProgramSpec): ContextOptions {
  if (options.live !== undefined) throw kernelOnly('frames are sent for real');
  if (structureTypes.has(spec.type)) return structureOptions(options);
  const fields = options.context === undefined ? options : { ...options, ...fieldsOf(options.context, spec) };
  const { ifindex = 1, rxQueue = 0, asTestRun } = fields;
  if (ifindex === 1 && rxQueue === 0 && asTestRun === undefined) return defaults;
  return { ifindex, rxQueue, asTestRun: asTestRun === true };
}

function structureOptions({ context }: RunOptions): ContextOptions {
  if (Array.isArray(context)) throw kernelOnly('a list of arguments is given');
  return context === undefined ? defaults : { ...defaults, fields: context as Uint8Array | ValueRecord };
}
