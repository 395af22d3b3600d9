import { release } from 'node:os';
import {
  type AttachType,
  attachProgramType,
  attachTypes,
  type MapType,
  mapTypes,
  type ProgramType,
  programTypes,
} from '@skep/core/abi';
import { encodeBits, encodeContext, type PlatformRecord, type RecordedProgram } from '@skep/core/abi/platform';
import type { ProbeResult } from '@skep/core/host';
import { Bpf } from '../bpf/bpf.ts';
import { vmlinux } from '../btf/vmlinux.ts';
import { KoffiDriver } from '../ffi/koffi.ts';
import { probeAttachType } from './attach-type.ts';
import { probeMapType } from './map-type.ts';
import { measureLimits } from './measure-limits.ts';
import { measureContext, measureHelpers, measureKfuncs, returnable } from './measure-program.ts';
import { probeProgramType } from './program-type.ts';
import { Trials, type Variant } from './trial.ts';

/** A list without repetitions, and the places of what was put into it. */
class Pool {
  readonly entries: string[] = [];
  place(text: string): number {
    const known = this.entries.indexOf(text);
    return known >= 0 ? known : this.entries.push(text) - 1;
  }
}

/**
 * Measures the running kernel by loading some ten thousand small programs: what it has, and what its verifier lets
 * programs of each type do. Nothing is attached. Takes seconds, in an emulated machine minutes.
 */
export function measurePlatform(): PlatformRecord {
  const trials = new Trials(new Bpf(new KoffiDriver()));
  // First, because these are the largest programs.
  const limits = measureLimits(trials);
  const types = rows(names(programTypes), (name) => probeProgramType(trials, name));
  const attachable = rows(names(attachTypes), (name) => probeAttachType(trials, name));
  const functions = kernelFunctions();
  const pools = { contexts: new Pool(), helpers: new Pool(), kfuncs: new Pool() };
  const programs: Record<string, RecordedProgram> = {};
  for (const variant of variants(types.yes.split(' '), attachable.yes.split(' '))) {
    const awake = variant.sleepable === true ? programs[keyOf({ ...variant, sleepable: false })] : undefined;
    const plain = byAttachType.has(variant.type) ? undefined : programs[variant.type];
    const program = measureProgram(trials, variant, [...functions.keys()], pools, { awake, plain });
    if (program !== undefined) programs[keyOf(variant)] = program;
  }
  return {
    version: /^\d+\.\d+/.exec(release())?.[0] ?? release(),
    release: release(),
    programTypes: types,
    mapTypes: rows(names(mapTypes), (name) => probeMapType(trials.bpf, name)),
    attachTypes: attachable,
    programs: withoutRepetitions(programs),
    contexts: pools.contexts.entries,
    helperSets: pools.helpers.entries,
    kfuncs: [...functions.values()].join(' '),
    kfuncSets: pools.kfuncs.entries,
    limits,
  };
}

type Names = ProgramType | MapType | AttachType;

function names<Name extends Names>(table: Readonly<Record<Name, number>>): Name[] {
  return (Object.keys(table) as Name[]).filter((name) => name !== 'unspec');
}

/** What a machine denies, or has no memory for, another with the same kernel may have. */
const undecided = /EPERM|EACCES|ENOMEM/;

function rows<Name extends string>(all: readonly Name[], ask: (name: Name) => ProbeResult) {
  const yes: string[] = [];
  const no: Record<string, string> = {};
  const unknown: Record<string, string> = {};
  for (const name of all) {
    const answer = ask(name);
    if (answer.supported) yes.push(name);
    else if (undecided.test(answer.reason)) unknown[name] = answer.reason;
    else no[name] = answer.reason;
  }
  return { yes: yes.join(' '), no, unknown };
}

/** Types whose programs may also be sleepable. */
const sleepable: ReadonlySet<ProgramType> = new Set(['kprobe', 'tracing', 'lsm', 'struct_ops']);

/** Each type alone, with each of its attach types, and sleepable. */
function variants(types: readonly string[], attachable: readonly string[]): Variant[] {
  const plain = names(programTypes).filter((type) => types.includes(type));
  return plain.flatMap((type): Variant[] => {
    const own = names(attachTypes).filter((name) => attachProgramType(name) === type && attachable.includes(name));
    const all: Variant[] = [{ type }, ...own.map((attachType) => ({ type, attachType }))];
    return sleepable.has(type) ? [...all, ...all.map((variant) => ({ ...variant, sleepable: true }))] : all;
  });
}

function keyOf({ type, attachType, sleepable = false }: Variant): string {
  return `${type}${attachType === undefined ? '' : `/${attachType}`}${sleepable ? '.s' : ''}`;
}

/** Types whose kernel functions differ by attach type. */
const byAttachType: ReadonlySet<ProgramType> = new Set(['kprobe', 'tracing', 'lsm']);

/** What is known already of programs that differ little. */
interface Known {
  /** The same programs where they may not sleep: only helpers differ. */
  readonly awake: RecordedProgram | undefined;
  /** Programs of the type alone, where kernel functions do not differ by attach type. */
  readonly plain: RecordedProgram | undefined;
}

function measureProgram(
  trials: Trials,
  variant: Variant,
  functions: readonly number[],
  pools: Readonly<Record<'contexts' | 'helpers' | 'kfuncs', Pool>>,
  { awake, plain }: Known,
): RecordedProgram | undefined {
  const result = returnable(trials, variant);
  if (result === undefined) return undefined;
  if (awake !== undefined)
    return [awake[0], pools.helpers.place(encodeBits(measureHelpers(trials, variant))), awake[2]];
  return [
    pools.contexts.place(encodeContext(measureContext(trials, variant, result))),
    pools.helpers.place(encodeBits(measureHelpers(trials, variant))),
    plain?.[2] ?? placeKfuncs(),
  ];

  function placeKfuncs(): number {
    if (functions.length === 0) return -1;
    return pools.kfuncs.place(encodeBits(measureKfuncs(trials, variant, functions, result ?? 0)));
  }
}

/** Attach types that change nothing need no entry: the type's own stands for them. */
function withoutRepetitions(programs: Readonly<Record<string, RecordedProgram>>): Record<string, RecordedProgram> {
  const same = (left: RecordedProgram, right: RecordedProgram | undefined) => String(left) === String(right);
  return Object.fromEntries(
    Object.entries(programs).filter(([key, program]) => {
      const plain = key.replace(/\/\w+/, '');
      return plain === key || !same(program, programs[plain]);
    }),
  );
}

/** Functions of the kernel that it marks for programs (`bpf_kfunc`, Linux 6.10), by the number of their type. */
function kernelFunctions(): Map<number, string> {
  const btf = vmlinux();
  const functions = new Map<number, string>();
  for (let id = 1; id < btf.count; id += 1) {
    if (btf.kind(id) !== 'decl_tag' || btf.name(id) !== 'bpf_kfunc') continue;
    const tag = btf.type(id);
    if (tag.kind === 'decl_tag') functions.set(tag.type, btf.name(tag.type));
  }
  return new Map([...functions].sort(([, left], [, right]) => (left < right ? -1 : 1)));
}
