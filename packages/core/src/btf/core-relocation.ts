import type { CoreSide } from './core-size.ts';
import type { TypeId } from './types.ts';

/**
 * Kinds of CO-RE relocations by number (`enum bpf_core_relo_kind` of linux/bpf.h; LLVM's BPF document, "CO-RE
 * Relocations"). The compiler writes the value that holds for its own types, the loader the one for the target's.
 */
export const CoreKind = {
  /** Offset of a field in bytes. */
  FIELD_BYTE_OFFSET: 0,
  /** Size of a field in bytes; of a bit field, of the word to load. */
  FIELD_BYTE_SIZE: 1,
  FIELD_EXISTS: 2,
  FIELD_SIGNED: 3,
  /** Shifts that bring a (bit) field, loaded as u64, to its value: left first, then right. */
  FIELD_LSHIFT_U64: 4,
  FIELD_RSHIFT_U64: 5,
  /** Id of the type in the program's own BTF. */
  TYPE_ID_LOCAL: 6,
  /** Id of the type in the target's BTF. */
  TYPE_ID_TARGET: 7,
  TYPE_EXISTS: 8,
  /** Size of a type in bytes. */
  TYPE_SIZE: 9,
  ENUMVAL_EXISTS: 10,
  ENUMVAL_VALUE: 11,
  TYPE_MATCHES: 12,
} as const;

/** A CO-RE relocation without the instruction it is for. */
export interface CoreQuery {
  /** Root type in the local BTF. */
  readonly type: TypeId;
  /** Path such as `0:1:2`: indexes of elements and members; for an enumerator its number; for a type `0`. */
  readonly access: string;
  /** One of {@link CoreKind}. */
  readonly kind: number;
}

/** Sizes of a field as loads and stores see it, which may differ between the local and the target type. */
export interface CoreAccess {
  readonly localSize: number;
  readonly targetSize: number;
  /** Why a load or store of another size would read something else; undefined where it may be resized. */
  readonly obstacle?: string;
}

/** A relocation that the targets answer. */
export interface CoreValue {
  readonly status: 'value';
  /** What the instruction must hold. */
  readonly value: bigint;
  /** What the compiler wrote there; undefined where it is known to differ between compilers. */
  readonly original?: bigint;
  /** Only with `FIELD_BYTE_OFFSET`; not where the field is a bit field on both sides. */
  readonly access?: CoreAccess;
  /** The type the answer is taken from, where there is one. */
  readonly target?: CoreTarget;
}

/** A relocation without an answer: its instruction must never run. */
export interface CoreFailure {
  readonly status: 'failed';
  /** What is missing: one sentence without a full stop. */
  readonly what: string;
  readonly reason: string;
  readonly remedy: string;
}

/** What becomes of a relocation. */
export type CoreResult = CoreValue | CoreFailure;

/** A type in one of the target BTFs. */
export interface CoreTarget extends CoreSide {
  readonly type: TypeId;
}

/** True for the kinds that ask about a field. */
export function isFieldKind(kind: number): boolean {
  return kind <= CoreKind.FIELD_RSHIFT_U64;
}

/** True for the kinds that ask about an enumerator. */
export function isEnumeratorKind(kind: number): boolean {
  return kind === CoreKind.ENUMVAL_EXISTS || kind === CoreKind.ENUMVAL_VALUE;
}
