import type { types } from './symbols.ts';

/**
 * A byte layout and the three types that belong to it: `View`, what a program reads; `Plain`, what userland
 * reads and writes; `Input`, what a program may write where a whole value is wanted (a view without its methods,
 * so that `map.set(k, { packets: 1n })` takes a literal). The symbol property exists in the types only. It is
 * required, not optional, so that the types are read back by a plain property access, which is cheaper to check
 * than a conditional type.
 */
export interface Schema<View, Plain = View, Input = View> {
  /** Size in bytes, padding included. For a header of variable length: the fixed part. */
  readonly size: number;
  readonly [types]: { readonly view: View; readonly plain: Plain; readonly input: Input };
}

/** Any schema at all, for constraints. */
export type AnySchema = Schema<unknown, unknown, unknown>;

/** What a program reads: `Infer<typeof Counter>` is a live view, `Infer<typeof u32>` is `u32`. */
export type Infer<S extends AnySchema> = S[typeof types]['view'];

/** What userland reads and writes: `Userland<typeof ipv4>` is `string`. Records are read-only. */
export type Userland<S extends AnySchema> = S[typeof types]['plain'];

/** What a program may write as a whole value: an object literal or a view. */
export type Input<S extends AnySchema> = S[typeof types]['input'];

/** A whole value with holes: fields left out are zero. Only records have fields to leave out. */
export type Init<S extends AnySchema> = S extends { readonly fields: unknown } ? Partial<Input<S>> : Input<S>;

/**
 * The schema of an integer. Calling it converts with wrap-around, as a store to memory does:
 * `u32(-1) === 4294967295`, `u64(ctx.length)` is a bigint. `true` is 1. Never throws.
 */
export interface Scalar<Value extends number | bigint> extends Schema<Value, Value extends bigint ? bigint : number> {
  (value: number | bigint | boolean): Value;
}
