import { SkepError } from '@skep/core/base';
import type { Btf } from '@skep/core/btf';
import {
  type Feature,
  type Host,
  type HostMap,
  type LoadEnvironment,
  type ProbeResult,
  VmHost,
  type VmMap,
  type VmOptions,
  type VmPins,
} from '@skep/core/host';
import type { CollectionSpec, MapSpec, ProgramSpec } from '@skep/core/object';
import { moduleSpec } from './collection-spec.ts';
import { type ModuleExports, readExports } from './module-exports.ts';
import { PlainProgram } from './plain-program.ts';
import { PlainRun, type VariablePlace } from './plain-run.ts';

/** How plain TypeScript is run: as the options of the VM, whose maps it uses. */
export type PlainOptions = Omit<VmOptions, 'budget'>;

/** Imports the module of a program, when it is loaded. */
export type ImportModule = () => Promise<object>;

/**
 * The program as plain TypeScript: the module is imported and its functions run, so that a debugger steps into them.
 * Maps are the VM's. Programs that see packets run (xdp, tc, socket filters); others are refused when loaded.
 *
 *     const host = plain(() => import('./firewall.bpf.ts'));
 *     await using fw = await load<typeof Firewall>(url, { host });
 *
 * @throws SKEP_USAGE for options out of range.
 */
export function plain(importModule: ImportModule, options: PlainOptions = {}): PlainHost {
  return new PlainHost(importModule, options);
}

const noExports: ModuleExports = readExports({});

/** Plain TypeScript as a host; {@link plain} makes one. */
export class PlainHost implements Host {
  readonly name = 'plain';
  readonly #importModule: ImportModule;
  readonly #vm: VmHost;
  readonly #clock: () => bigint;
  readonly #print: (line: string) => void;
  readonly #programs = new Set<PlainProgram>();
  /** What surrounds the programs of each load. */
  readonly #runs = new Map<ProgramSpec, PlainRun>();
  readonly #users = new Map<PlainRun, number>();
  #exports: ModuleExports = noExports;

  constructor(importModule: ImportModule, options: PlainOptions = {}) {
    this.#importModule = importModule;
    this.#vm = new VmHost(options);
    this.#clock = options.clock ?? (() => BigInt(Math.round(performance.now() * 1e6)));
    this.#print = options.print ?? (() => undefined);
  }

  /** A host for a module that is there already: its programs are found by their names, whatever is loaded. */
  static of(module: object, options: PlainOptions = {}): PlainHost {
    const host = new PlainHost(async () => module, options);
    host.#exports = readExports(module);
    return host;
  }

  /** Number of CPUs. */
  get cpus(): number {
    return this.#vm.cpus;
  }
  /** Bytes that maps and packets take now. */
  get memoryUsed(): number {
    return this.#vm.memoryUsed;
  }
  get pins(): VmPins {
    return this.#vm.pins;
  }

  /** Imports the module and gives its blueprint, new for each load: loads share nothing. */
  async read(): Promise<CollectionSpec> {
    this.#exports = readExports(await this.#importModule());
    const spec = moduleSpec(this.#exports);
    const places = new Map<string, VariablePlace>(spec.variables);
    const run = new PlainRun(this.#vm.machine, this.#exports, places);
    for (const program of spec.programs.values()) this.#runs.set(program, run);
    return spec;
  }

  probe(feature: Feature): ProbeResult {
    if (feature.kind !== 'helper') return this.#vm.probe(feature);
    return { supported: false, reason: 'plain TypeScript calls no helpers' };
  }

  createMap(spec: MapSpec, inner?: HostMap, _btf?: Btf): VmMap {
    return this.#vm.createMap(spec, inner);
  }

  loadProgram(spec: ProgramSpec, environment: LoadEnvironment): PlainProgram {
    const run = this.#runs.get(spec) ?? new PlainRun(this.#vm.machine, this.#exports, new Map());
    const parts = this.#exports.programs.get(spec.name);
    if (parts === undefined) {
      throw new SkepError('SKEP_NOT_SUPPORTED', `plain TypeScript has no program ${spec.name}`, {
        reason: 'it runs the functions of a module, not the code of an object',
        remedy: 'load the module that plain() was given',
      });
    }
    run.use(environment.maps);
    const program = new PlainProgram({
      spec,
      parts,
      run,
      clock: this.#clock,
      print: this.#print,
      disposed: (ended) => this.#ended(ended, run, spec),
    });
    this.#programs.add(program);
    this.#users.set(run, (this.#users.get(run) ?? 0) + 1);
    return program;
  }

  dispose(): void {
    for (const program of this.#programs) program.dispose();
    this.#vm.dispose();
  }
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** The last program of a load gives the memory of their calls back. */
  #ended(program: PlainProgram, run: PlainRun, spec: ProgramSpec): void {
    this.#programs.delete(program);
    this.#runs.delete(spec);
    const users = (this.#users.get(run) ?? 1) - 1;
    this.#users.set(run, users);
    if (users > 0) return;
    this.#users.delete(run);
    run.dispose();
  }
}
