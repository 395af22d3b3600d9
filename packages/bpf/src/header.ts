import type { FieldInputs, FieldPlains, Fields, FieldViews, RecordView } from './record.ts';
import { headerSchema } from './runtime/schemas.ts';
import type { AnySchema } from './schema.ts';
import type { StructSchema } from './struct.ts';
import type { types } from './symbols.ts';

/** A wire layout: packed, big-endian fields by `be16` and friends, bit fields by `bits`. */
export interface HeaderSchema<F extends Fields> extends StructSchema<F> {
  readonly header: true;
}

/** A header whose view has a name, so that an editor shows the name and not a dozen fields. */
export interface NamedHeader<F extends Fields, View extends RecordView<F>> extends HeaderSchema<F> {
  readonly [types]: { readonly view: View; readonly plain: FieldPlains<F>; readonly input: FieldInputs<F> };
}

/** Any header, for constraints. */
export type AnyHeader = AnySchema & { readonly header: true };

export interface HeaderOptions<F extends Fields> {
  /** Length in bytes, options included, where it is not fixed: `(h) => h.ihl * 4`. */
  readonly length?: (header: FieldViews<F>) => number;
  /** The number that names the next header: `(h) => h.protocol`. */
  readonly next?: (header: FieldViews<F>) => number;
  /** The headers that this one may follow, each with the number that names it there. */
  readonly follows?: readonly (readonly [previous: AnyHeader, number: number])[];
}

/**
 * A packed wire header; `options` tell `ctx.parse` how long it is and what follows.
 * @throws SKEP_BAD_VALUE for fields that start, or end, inside a byte.
 */
export function header<F extends Fields>(fields: F, options?: HeaderOptions<F>): HeaderSchema<F> {
  return headerSchema(fields, options) as HeaderSchema<F>;
}
