import { ConfigBox, globalVariable } from './runtime/variable.ts';
import type { AnySchema, Infer, Init, Input } from './schema.ts';
import { global_ } from './symbols.ts';

/** A constant in `.rodata`: fixed when the program is loaded, typed in `load`'s `config`. */
export interface Config<S extends AnySchema> {
  readonly kind: 'config';
  readonly schema: S;
  readonly value: Infer<S>;
}

/** Makes a constant with an initial value. */
export function config<S extends AnySchema>(schema: S, initial: Input<S>): Config<S> {
  return new ConfigBox(schema, initial) as unknown as Config<S>;
}

/** A variable in `.data` or `.bss`, shared by all CPUs: records and arrays live directly, scalars by `.value`. */
export type Global<S extends AnySchema> = (Infer<S> extends number | bigint | string
  ? { value: Infer<S> }
  : Infer<S>) & { readonly [global_]: S };

/** The schema of an exported `global`, or never. */
export type GlobalSchema<T> = T extends { readonly [global_]: infer S extends AnySchema } ? S : never;

/** Makes a variable: zero, or with an initial value. */
export function global<S extends AnySchema>(schema: S, initial?: Init<S>): Global<S> {
  return globalVariable(schema, initial, global_) as Global<S>;
}
