import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Collection, type Host, loadCollection, vm } from '../../../core/src/host/index.ts';
import { type CollectionSpec, readCollection } from '../../../core/src/object/index.ts';
import { type BuildResult, buildTypeScript, formatDiagnostic } from '../../src/typescript/index.ts';
import { type GeneratedModule, type GeneratedProgram, generateModule, imports, textOf } from './module.ts';
import { randomPacket } from './packets.ts';
import { PlainModule } from './plain.ts';
import { hex } from './plain-map.ts';
import { Random } from './random.ts';

const path = join(import.meta.dirname, 'generated.bpf.ts');

/** Builds a text as if it were a file. */
export function build(text: string, file: string = path): Promise<BuildResult> {
  const readFile = (name: string): string | undefined => {
    if (name === file) return text;
    try {
      return readFileSync(name, 'utf8');
    } catch {
      return undefined;
    }
  };
  return buildTypeScript(file, { readFile });
}

/** What became of generated programs. */
export interface Counts {
  accepted: number;
  refused: number;
  /** Runs whose results were compared. */
  runs: number;
  /** How often each diagnostic refused a program. */
  readonly codes: Map<string, number>;
  /** What must not be, each with the seed that shows it. */
  readonly wrong: string[];
}

export function noCounts(): Counts {
  return { accepted: 0, refused: 0, runs: 0, codes: new Map(), wrong: [] };
}

/** The hosts that results are compared on. Without a kernel there are two. */
export class Comparison {
  readonly #kernel: Host | undefined;
  readonly #vm = vm();
  /** CPU that the kernel runs programs on meanwhile. */
  readonly #cpu: number;
  readonly #cpus: string;

  constructor(kernel: Host | undefined) {
    this.#kernel = kernel;
    this.#cpus = kernel === undefined ? '' : allowedCpus();
    this.#cpu = Number(/^\d+/.exec(this.#cpus)?.[0] ?? 0);
    if (kernel !== undefined) pin(String(this.#cpu));
  }

  dispose(): void {
    if (this.#kernel !== undefined) pin(this.#cpus);
    this.#kernel?.dispose();
    this.#vm.dispose();
  }

  /** Builds, loads and runs the program p0 behind the imports of generated modules. */
  async checkText(body: string, packets: number, counts: Counts): Promise<void> {
    const kind = /p0 = (\w+)/.exec(body)?.[1] === 'tc' ? 'tc' : 'xdp';
    const module: GeneratedModule = { seed: 1, head: imports.join('\n'), programs: [{ name: 'p0', kind, text: body }] };
    const { object, diagnostics } = await build(textOf(module, module.programs));
    if (object === undefined) counts.wrong.push(...diagnostics.map(formatDiagnostic));
    else this.#run(module, module.programs, object, packets, counts);
  }

  /** Generates, builds, loads and runs the module of a seed. */
  async check(seed: number, programs: number, packets: number, counts: Counts): Promise<void> {
    const module = generateModule(seed, programs);
    try {
      const { kept, object } = await this.#accepted(module, counts);
      counts.accepted += kept.length;
      if (object !== undefined) this.#run(module, kept, object, packets, counts);
    } catch (error) {
      counts.wrong.push(`seed ${seed}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
  }

  /** The programs that the compiler takes: others are cut out. */
  async #accepted(
    module: GeneratedModule,
    counts: Counts,
  ): Promise<{ kept: readonly GeneratedProgram[]; object?: Uint8Array }> {
    let kept = module.programs;
    while (kept.length > 0) {
      const { object, diagnostics } = await build(textOf(module, kept));
      if (object !== undefined) return { kept, object };
      const errors = diagnostics.filter(({ severity }) => severity === 'error');
      const refused = new Set<GeneratedProgram>();
      for (const error of errors) {
        const program = programAt(module, kept, error.line);
        if (program === undefined || !refused.has(program))
          counts.codes.set(error.code, (counts.codes.get(error.code) ?? 0) + 1);
        if (program !== undefined) refused.add(program);
        if (/^TS|^SK1000|^SK6013/.test(error.code))
          counts.wrong.push(`seed ${module.seed}: ${formatDiagnostic(error)}`);
      }
      if (errors.length === 0) counts.wrong.push(`seed ${module.seed}: refused without a reason`);
      const before = kept.length;
      kept = refused.size === 0 ? [] : kept.filter((program) => !refused.has(program));
      counts.refused += before - kept.length;
    }
    return { kept };
  }

  #run(
    module: GeneratedModule,
    programs: readonly GeneratedProgram[],
    object: Uint8Array,
    packets: number,
    counts: Counts,
  ): void {
    const spec = readCollection(object);
    const text = textOf(module, programs);
    for (const line of unmapped(spec, text)) counts.wrong.push(`seed ${module.seed}: ${line}`);
    const here = loadCollection(spec, this.#vm);
    const there = this.#load(module, spec, counts);
    const plain = new PlainModule(text);
    const random = new Random(module.seed ^ 0x77);
    try {
      for (let round = 0; round < packets; round += 1) {
        const whole = randomPacket(random);
        for (const { name, kind } of programs) {
          const packet = kind === 'xdp' && random.chance(25) ? whole.slice(0, random.between(14, 60)) : whole;
          const difference = compareRuns(name, packet, here, there, plain);
          counts.runs += 1;
          if (difference === undefined) continue;
          counts.wrong.push(`seed ${module.seed}, ${name}, packet ${hex(packet)}: ${difference}`);
          return;
        }
      }
      const difference = compareMemory(spec, here, there, this.#cpu, plain);
      if (difference !== undefined) counts.wrong.push(`seed ${module.seed}: ${difference}`);
    } finally {
      here.dispose();
      there?.dispose();
    }
  }

  #load(module: GeneratedModule, spec: CollectionSpec, counts: Counts): Collection | undefined {
    if (this.#kernel === undefined) return undefined;
    try {
      return loadCollection(spec, this.#kernel);
    } catch (error) {
      const { log = String(error) } = error as { log?: string };
      counts.wrong.push(`seed ${module.seed}: the kernel refuses: ${log.trimEnd().split('\n').slice(-6).join(' / ')}`);
      return undefined;
    }
  }
}

/** The program whose text a line is in. */
function programAt(
  { head }: GeneratedModule,
  programs: readonly GeneratedProgram[],
  line: number,
): GeneratedProgram | undefined {
  let end = head.split('\n').length;
  for (const program of programs) {
    const start = end;
    end += program.text.split('\n').length;
    if (line > start && line <= end) return program;
  }
  return undefined;
}

/**
 * Instructions without a place in the source. A record of line info holds up to the next one; each function starts with
 * one, and its text is the line of the source.
 */
export function unmapped({ programs }: CollectionSpec, text: string): string[] {
  const source = text.split('\n');
  return [...programs.values()].flatMap(({ name, lines, functions }) => {
    const wrong = lines.filter(
      ({ line, text: shown }) => shown.trim() === '' || source[line - 1]?.trim() !== shown.trim(),
    );
    const starts = new Set(lines.map(({ slot }) => slot));
    const silent = [0, ...functions.map(({ slot }) => slot)].filter((slot) => !starts.has(slot));
    return [
      ...wrong.map(({ slot, line }) => `${name}: instruction ${slot} is not of line ${line}`),
      ...silent.map((slot) => `${name}: the function at ${slot} has no line`),
    ];
  });
}

function compareRuns(
  name: string,
  packet: Uint8Array,
  here: Collection,
  there: Collection | undefined,
  plain: PlainModule,
): string | undefined {
  const result = here.programs[name]?.run(packet, { asTestRun: true });
  const kernel = there?.programs[name]?.run(packet);
  const expected = plain.run(name, packet);
  if (result === undefined) return 'the VM has no such program';
  if (kernel !== undefined && kernel.code !== result.code) return `VM ${result.code}, kernel ${kernel.code}`;
  if (kernel !== undefined && hex(kernel.data) !== hex(result.data))
    return `packets: VM ${hex(result.data)}, kernel ${hex(kernel.data)}`;
  if (result.code !== expected.code) return `compiled ${result.code}, plain ${expected.code}`;
  const isWhole = here.programs[name]?.type !== 'socket_filter';
  if (isWhole && hex(result.data) !== hex(expected.data))
    return `packets: compiled ${hex(result.data)}, plain ${hex(expected.data)}`;
  return undefined;
}

function compareMemory(
  spec: CollectionSpec,
  here: Collection,
  there: Collection | undefined,
  cpu: number,
  plain: PlainModule,
): string | undefined {
  for (const [name, { type, internal }] of mapsOf(spec)) {
    const ours = contents(here, name, 0);
    const theirs = there && contents(there, name, cpu);
    if (theirs !== undefined && theirs !== ours) return `map ${name} (${type}): VM ${ours}, kernel ${theirs}`;
    if (internal) continue;
    const map = plain.map(name);
    const expected = (type === 'ringbuf' ? map.records.map(hex) : map.dump()).join(' ');
    if (expected !== ours) return `map ${name} (${type}): compiled ${ours}, plain ${expected}`;
  }
  for (const { name, map, offset, size } of spec.variables.values()) {
    const section = here.maps[map]?.map.lookup(new Uint8Array(4));
    const ours = section && hex(section.slice(offset, offset + size));
    const expected = hex(plain.variable(name));
    if (ours !== undefined && ours !== expected) return `variable ${name}: compiled ${ours}, plain ${expected}`;
  }
  return undefined;
}

function mapsOf(spec: CollectionSpec): [string, { readonly type: string; readonly internal: boolean }][] {
  return [...spec.maps.values()].map(({ name, type }) => [name, { type, internal: name.startsWith('.') }]);
}

/** Entries as text in a fixed order; per-CPU values of one CPU. Takes what queues and ring buffers hold. */
function contents(collection: Collection, name: string, cpu: number): string {
  const map = collection.maps[name]?.map;
  if (map === undefined) return '';
  const { type } = map.spec;
  if (type === 'ringbuf') return map.drain().map(hex).join(' ');
  const found: string[] = [];
  if (type === 'queue' || type === 'stack') {
    for (let value = map.pop(); value !== undefined; value = map.pop()) found.push(hex(value));
    if (type === 'stack') found.reverse();
    return found.join(' ');
  }
  for (const [key, value] of map.entries()) {
    const size = value.length / map.cpus;
    const own = map.cpus === 1 ? value : value.slice(cpu * size, (cpu + 1) * size);
    found.push(`${hex(key)}=${hex(own.slice(0, map.spec.valueSize))}`);
  }
  return found.sort().join(' ');
}

/** CPUs that this thread may run on, as `taskset` prints them. */
function allowedCpus(): string {
  return (
    execFileSync('taskset', ['-cp', String(process.pid)], { encoding: 'latin1' })
      .split(': ')[1]
      ?.trim() ?? '0'
  );
}

/** Lets this process's main thread, which makes the system calls, run on these CPUs: per-CPU values are of one then. */
function pin(cpus: string): void {
  execFileSync('taskset', ['-cp', cpus, String(process.pid)], { stdio: 'pipe' });
}
