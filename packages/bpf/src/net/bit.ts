import type { Bits } from '../bits.ts';
import type { Schema } from '../schema.ts';

/** The schema of a bit field. */
export type Bit<Count extends number> = Schema<Bits<Count>, number>;
