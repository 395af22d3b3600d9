import type { AnyHeader, NamedHeader } from '../header.ts';
import type { Fields, FieldViews, RecordView } from '../record.ts';
import { headerSchema } from '../runtime/schemas.ts';

/** As the options of `header`; what a header follows is asked for late, so that a header may follow one of its kind. */
interface NetHeaderOptions<F extends Fields> {
  readonly length?: (header: FieldViews<F>) => number;
  readonly next?: (header: FieldViews<F>) => number;
  readonly follows?: () => readonly (readonly [previous: AnyHeader, number: number])[];
}

/** A header of this folder: its view has a name. */
export function netHeader<F extends Fields, View extends RecordView<F>>(
  fields: F,
  options: NetHeaderOptions<F>,
): NamedHeader<F, View> {
  return headerSchema(fields, options) as NamedHeader<F, View>;
}
