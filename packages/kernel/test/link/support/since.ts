import { release } from 'node:os';
import { isOlder } from '../../../../core/src/abi/index.ts';

/** True where this kernel is Linux `since` or later. */
export const hasSince = (since: string): boolean => !isOlder(release(), since);

/** The rows that this kernel is new enough for: a row may say the first Linux that has it. */
export function rowsHere<Row extends object>(rows: readonly Row[]): Row[] {
  return rows.filter((row) => !('since' in row && typeof row.since === 'string') || hasSince(row.since));
}
