import type { AnySchema, Infer, Input, Userland } from './schema.ts';

/** Named fields. The names that a view uses for its methods are taken. */
export type Fields = { readonly [name: string]: AnySchema } & { readonly [Name in ReservedName]?: never };

type ReservedName = 'set' | 'copy' | 'submit' | 'discard' | 'toJSON';

/** The names of the fields that have a value in userland (a spin lock has none). */
type ValueFields<F extends Fields> = keyof { [Name in keyof F as [Input<F[Name]>] extends [never] ? never : Name]: 0 };

/** The fields of a record in memory, writable. `& {}` makes an editor show the fields, not this alias. */
export type FieldViews<F extends Fields> = { -readonly [Name in keyof F]: Infer<F[Name]> } & {};

/** A record as a program writes it. */
export type FieldInputs<F extends Fields> = { [Name in ValueFields<F>]: Input<F[Name]> } & {};

/** A record as userland sees it. Read-only: it is a copy, and `update` writes one back. */
export type FieldPlains<F extends Fields> = { readonly [Name in ValueFields<F>]: Userland<F[Name]> } & {};

/**
 * The methods of a record in memory. `this` is the whole view, fields included, so that an editor shows
 * `{ packets: u64; bytes: u64 } & RecordMethods` and not the fields twice.
 */
export interface RecordMethods {
  /** Writes the whole record at once: a field left out becomes zero. */
  set(values: Partial<Omit<this, keyof RecordMethods>>): void;
  /** A copy on the stack, which later writes to this memory do not change. */
  copy(): this;
}

/** The view of a record with these fields: `interface Eth extends RecordView<EthFields> {}` gives it a name. */
export type RecordView<F extends Fields> = FieldViews<F> & RecordMethods;
