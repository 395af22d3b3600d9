import type { FieldInputs, FieldPlains, Fields, FieldViews, RecordMethods } from './record.ts';
import { structSchema } from './runtime/schemas.ts';
import type { Schema } from './schema.ts';

/**
 * A C struct: natural alignment, padding added and zeroed by the compiler. Calling it makes a value on the stack,
 * zero where no field is given: `Counter({ packets: 1n })`.
 */
export interface StructSchema<F extends Fields>
  extends Schema<FieldViews<F> & RecordMethods, FieldPlains<F>, FieldInputs<F>> {
  readonly fields: F;
  (values?: Partial<FieldInputs<F>>): FieldViews<F> & RecordMethods;
}

/** A C struct of named schemas. @throws SKEP_BAD_VALUE for a bit field, or a name that views use themselves. */
export function struct<F extends Fields>(fields: F): StructSchema<F> {
  return structSchema(fields) as StructSchema<F>;
}
