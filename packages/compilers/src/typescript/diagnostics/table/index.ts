import type { DiagnosticEntry } from '../entry.ts';
import { maps } from './maps.ts';
import { packets } from './packets.ts';
import { programs } from './programs.ts';
import { schemas } from './schemas.ts';
import { syntax } from './syntax.ts';
import { values } from './values.ts';

/** Number of a diagnostic of ours. */
export type DiagnosticId =
  | keyof typeof syntax
  | keyof typeof values
  | keyof typeof schemas
  | keyof typeof maps
  | keyof typeof packets
  | keyof typeof programs;

/** Every diagnostic of ours by its number: 2013 is shown as SK2013. */
export const diagnosticTable: Readonly<Record<DiagnosticId, DiagnosticEntry>> = {
  ...syntax,
  ...values,
  ...schemas,
  ...maps,
  ...packets,
  ...programs,
};
