import { SkepError } from '../base/errors.ts';
import { askEnumerator } from './core-ask-enumerator.ts';
import { askField } from './core-ask-field.ts';
import { askType } from './core-ask-type.ts';
import { findCandidates } from './core-candidates.ts';
import { badRecord, describeType } from './core-error.ts';
import type { CoreAnswer, CoreQuestion, Mismatch } from './core-question.ts';
import {
  type CoreAccess,
  CoreKind,
  type CoreQuery,
  type CoreResult,
  type CoreTarget,
  isEnumeratorKind,
  isFieldKind,
} from './core-relocation.ts';
import type { Btf } from './reader.ts';
import type { TypeId } from './types.ts';

/** A question with what each candidate answers. */
interface Asked {
  readonly question: CoreQuestion;
  readonly answers: readonly { readonly candidate: CoreTarget; readonly answer: CoreAnswer | { mismatch: Mismatch } }[];
}

/**
 * Candidates that are left for the root types of one program: a type that once had no answer, while another of its name
 * had one, is not asked again. libbpf 1.1 narrows the candidates alike, but over all programs of an object, so that
 * its result depends on their order.
 */
export type CoreNarrowing = Map<TypeId, ReadonlySet<CoreTarget>>;

/** Resolves the relocations of one object against the same targets; each candidate search and question is done once. */
export class CoreResolver {
  readonly #local: Btf;
  readonly #targets: readonly Btf[];
  readonly #candidates = new Map<TypeId, readonly CoreTarget[]>();
  readonly #asked = new Map<string, Asked>();

  constructor(local: Btf, targets: readonly Btf[]) {
    this.#local = local;
    this.#targets = [...targets];
  }

  /** True where this resolver serves exactly these targets. */
  serves(targets: readonly Btf[]): boolean {
    return targets.length === this.#targets.length && targets.every((btf, index) => btf === this.#targets[index]);
  }

  /**
   * See {@link resolveCoreRelocation}.
   * @param narrowing of the program that the relocation is part of; updated.
   */
  resolve(query: CoreQuery, narrowing: CoreNarrowing): CoreResult {
    if (query.kind === CoreKind.TYPE_ID_LOCAL) {
      return { status: 'value', value: BigInt(query.type), original: BigInt(query.type) };
    }
    const { question, answers } = this.#ask(query);
    const left = narrowing.get(query.type);
    const counted = left === undefined ? answers : answers.filter(({ candidate }) => left.has(candidate));
    const answered = counted.filter(({ answer }) => !('mismatch' in answer));
    if (answered.length > 0) narrowing.set(query.type, new Set(answered.map(({ candidate }) => candidate)));
    return conclude(question, counted);
  }

  #ask(query: CoreQuery): Asked {
    const key = `${query.kind} ${query.type} ${query.access}`;
    const known = this.#asked.get(key);
    if (known !== undefined) return known;
    if (this.#local.name(query.type) === '') throw anonymousRoot(this.#local, query);
    const question = questionOf(this.#local, query);
    const candidates = this.#candidatesOf(query.type);
    const asked = {
      question,
      answers: candidates.map((candidate) => ({ candidate, answer: question.ask(candidate) })),
    };
    this.#asked.set(key, asked);
    return asked;
  }

  #candidatesOf(type: TypeId): readonly CoreTarget[] {
    const known = this.#candidates.get(type);
    if (known !== undefined) return known;
    const found = findCandidates(this.#local, type, this.#targets);
    this.#candidates.set(type, found);
    return found;
  }
}

function questionOf(local: Btf, query: CoreQuery): CoreQuestion {
  if (query.kind > CoreKind.TYPE_MATCHES) throw badRecord(local, query, 'kinds 0 to 12 exist');
  if (isFieldKind(query.kind)) return askField(local, query);
  return isEnumeratorKind(query.kind) ? askEnumerator(local, query) : askType(local, query);
}

function anonymousRoot(local: Btf, query: CoreQuery): SkepError {
  return new SkepError('SKEP_CORE_RELOCATION', `${describeType(local, query.type)} cannot be relocated`, {
    reason: 'types are found in the target by their names',
    remedy: 'give the type a name, or a typedef that the program uses',
  });
}

/** The answer of all candidates that have one: they must agree. */
function conclude(question: CoreQuestion, answers: Asked['answers']): CoreResult {
  let first: CoreAnswer | undefined;
  let mismatch: Mismatch | undefined;
  for (const { answer } of answers) {
    if ('mismatch' in answer) mismatch ??= answer.mismatch;
    else if (first === undefined) first = answer;
    else first = agreed(question, first, answer);
  }
  const original = question.original === undefined ? {} : { original: question.original };
  if (first?.obstacle !== undefined) return unreadable(question, first.obstacle);
  if (first !== undefined) {
    const { value, access, target } = first;
    return { status: 'value', value, ...original, ...(access === undefined ? {} : { access }), target };
  }
  if (question.absent !== undefined) return { status: 'value', value: question.absent, ...original };
  return failure(question, mismatch);
}

function failure({ subject }: CoreQuestion, mismatch: Mismatch | undefined): CoreResult {
  return {
    status: 'failed',
    what: `${subject} does not exist in the target`,
    reason: mismatch?.reason ?? 'the target has no type of that name and kind',
    remedy: mismatch?.remedy ?? 'guard the access with bpf_core_field_exists, bpf_core_type_exists or their like',
  };
}

function unreadable({ subject }: CoreQuestion, obstacle: string): CoreResult {
  return {
    status: 'failed',
    what: `${subject} cannot be read in the target`,
    reason: obstacle,
    remedy: 'copy the bytes around it with bpf_probe_read_kernel and shift them in the program',
  };
}

/** One answer of two that agree. @throws SKEP_CORE_RELOCATION where they do not. */
function agreed(question: CoreQuestion, one: CoreAnswer, other: CoreAnswer): CoreAnswer {
  if (one.value !== other.value || one.bitOffset !== other.bitOffset) throw ambiguous(question, one, other);
  if (one.access === undefined || sameAccess(one.access, other.access)) return one;
  const sizes = [one, other].map(({ access }) => accessText(access)).join(' and ');
  const obstacle = `types of the target disagree on its size: ${sizes}`;
  return { ...one, access: { ...one.access, obstacle } };
}

function sameAccess(one: CoreAccess, other: CoreAccess | undefined): boolean {
  return one.targetSize === other?.targetSize && one.obstacle === other.obstacle;
}

function accessText(access: CoreAccess | undefined): string {
  if (access === undefined) return 'a bit field';
  return access.obstacle ?? `${access.targetSize} bytes`;
}

function ambiguous({ subject }: CoreQuestion, one: CoreAnswer, other: CoreAnswer): SkepError {
  const told = [one, other].map(({ value, bitOffset, target }) => {
    const place = bitOffset === undefined ? '' : ` (at bit ${bitOffset})`;
    return `${describeType(target.btf, target.type)}, type ${target.type}, gives ${value}${place}`;
  });
  return new SkepError('SKEP_CORE_RELOCATION', `${subject} is ambiguous in the target`, {
    reason: told.join('; '),
    remedy:
      'leave out the BTF of modules that the program is not about, or tell the types apart by more of their fields',
  });
}
