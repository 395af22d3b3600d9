import type { AttachType } from '../attach-types.gen.ts';
import { type HelperName, helpers } from '../helpers.gen.ts';
import type { MapType } from '../map-types.gen.ts';
import type { ProgramType } from '../program-types.gen.ts';
import { type ContextAccess, decodeContext } from './context-access.ts';
import {
  decodeBits,
  type PlatformLimits,
  type PlatformRecord,
  type RecordedProgram,
  type RecordedRows,
} from './record.ts';

/** Answer of a record; `why` says what the kernel said, or what kept it from being found out. */
export type Recorded =
  | { readonly answer: 'yes' }
  | { readonly answer: 'no'; readonly why: string }
  | { readonly answer: 'unknown'; readonly why: string };

/** Which programs of a type are meant. */
export interface ProgramKind {
  /** Types whose programs differ by it; default: what the type is loaded with when nothing is said. */
  readonly attachType?: AttachType;
  /** Programs with `BPF_F_SLEEPABLE`. */
  readonly sleepable?: boolean;
}

const helperNames: ReadonlyMap<number, HelperName> = new Map(
  (Object.keys(helpers) as HelperName[]).map((name) => [helpers[name], name]),
);

/**
 * A kernel as it was measured: what it has, and what its verifier lets programs of each type do. What the machine
 * could not tell is `unknown` or undefined, never guessed. Programs of tracing, lsm and struct_ops were measured for
 * one target each; their contexts depend on the target.
 */
export class Platform {
  readonly #record: PlatformRecord;
  readonly #contexts = new Map<number, readonly ContextAccess[]>();
  readonly #sets = new Map<number, ReadonlySet<HelperName>>();

  constructor(record: PlatformRecord) {
    this.#record = record;
  }

  /** `6.12`. */
  get version(): string {
    return this.#record.version;
  }
  /** Release of the kernel that was measured, as `uname -r` gives it. */
  get release(): string {
    return this.#record.release;
  }
  get limits(): PlatformLimits {
    return this.#record.limits;
  }

  programType(name: ProgramType): Recorded {
    return answer(this.#record.programTypes, name);
  }
  mapType(name: MapType): Recorded {
    return answer(this.#record.mapTypes, name);
  }
  attachType(name: AttachType): Recorded {
    return answer(this.#record.attachTypes, name);
  }

  /** Helpers that programs of a type may call; undefined where it was not measured. */
  helpers(type: ProgramType, kind: ProgramKind = {}): ReadonlySet<HelperName> | undefined {
    const index = this.#program(type, kind)?.[1] ?? -1;
    const bits = this.#record.helperSets[index];
    if (bits === undefined) return undefined;
    const known = this.#sets.get(index);
    if (known !== undefined) return known;
    const names = decodeBits(bits).map((number) => helperNames.get(number));
    const set = new Set(names.filter((name) => name !== undefined));
    this.#sets.set(index, set);
    return set;
  }

  /** Kernel functions that programs of a type may call; undefined where the kernel does not list its functions. */
  kfuncs(type: ProgramType, kind: ProgramKind = {}): ReadonlySet<string> | undefined {
    const bits = this.#record.kfuncSets[this.#program(type, kind)?.[2] ?? -1];
    if (bits === undefined) return undefined;
    const names = this.#record.kfuncs.split(' ');
    return new Set(decodeBits(bits).flatMap((number) => names[number] ?? []));
  }

  /** Accesses to the context that the verifier takes, by offset; undefined where it was not measured. */
  context(type: ProgramType, kind: ProgramKind = {}): readonly ContextAccess[] | undefined {
    const index = this.#program(type, kind)?.[0] ?? -1;
    const text = this.#record.contexts[index];
    if (text === undefined) return undefined;
    const known = this.#contexts.get(index) ?? decodeContext(text);
    this.#contexts.set(index, known);
    return known;
  }

  #program(type: ProgramType, { attachType, sleepable }: ProgramKind): RecordedProgram | undefined {
    const { programs } = this.#record;
    if (attachType !== undefined && this.attachType(attachType).answer !== 'yes') return undefined;
    const plain = attachType === undefined ? type : `${type}/${attachType}`;
    const own = (key: string) => (Object.hasOwn(programs, key) ? programs[key] : undefined);
    return (sleepable === true ? (own(`${plain}.s`) ?? own(`${type}.s`)) : undefined) ?? own(plain) ?? own(type);
  }
}

function answer(rows: RecordedRows, name: string): Recorded {
  if (rows.yes.split(' ').includes(name)) return { answer: 'yes' };
  const why = Object.hasOwn(rows.no, name) ? rows.no[name] : undefined;
  if (why !== undefined) return { answer: 'no', why };
  const unknown = Object.hasOwn(rows.unknown, name) ? rows.unknown[name] : undefined;
  return { answer: 'unknown', why: unknown ?? 'it was not measured' };
}
