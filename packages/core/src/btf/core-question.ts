import type { CoreAccess, CoreTarget } from './core-relocation.ts';

/** What one candidate type answers. */
export interface CoreAnswer {
  readonly target: CoreTarget;
  readonly value: bigint;
  /** Place of a field: candidates must agree on it, whatever is asked about it. */
  readonly bitOffset?: number;
  readonly access?: CoreAccess;
  /** Why the field is there but cannot be loaded; `value` means nothing then. */
  readonly obstacle?: string;
}

/** Why a candidate type has no answer. */
export interface Mismatch {
  readonly reason: string;
  readonly remedy?: string;
}

/** A relocation read from the local side, ready to be put to candidate types. */
export interface CoreQuestion {
  /** What is asked for: `field struct task_struct.pid`. */
  readonly subject: string;
  /** What the compiler wrote into the instruction; undefined where compilers differ. */
  readonly original?: bigint;
  /** The answer where no candidate has one; undefined where the instruction must not run then. */
  readonly absent?: bigint;
  /** Puts the question to a candidate. */
  ask(target: CoreTarget): CoreAnswer | { readonly mismatch: Mismatch };
}
