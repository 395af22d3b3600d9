import { maps } from './maps.ts';
import { packets } from './packets.ts';
import { programs } from './programs.ts';
import type { Row } from './row.ts';
import { schemas } from './schemas.ts';
import { syntax } from './syntax.ts';
import { values } from './values.ts';

/** A row or more for each diagnostic of ours. */
export const rows: readonly Row[] = [...syntax, ...values, ...schemas, ...maps, ...packets, ...programs];
