import { release } from 'node:os';
import { tooOldReason } from '@skep/core/abi';
import type { ProbeResult } from '@skep/core/host';
import { errnoName } from '../bpf/errors.ts';

/** The answer yes. */
export const yes: ProbeResult = { supported: true };

/**
 * The answer no: the kernel is too old, where that is known, or `why`.
 * @param first the first Linux that has the feature.
 */
export function no(why: string, first: string | undefined): ProbeResult {
  const reason = tooOldReason(release(), first) ?? why;
  return { supported: false, reason, ...(first === undefined ? {} : { since: first }) };
}

const EPERM = -1;
const EACCES = -13;

/** The answer no to a feature that the kernel refused with an error number. */
export function refused(errno: number, what: string, first: string | undefined): ProbeResult {
  const permitted = errno !== EPERM && errno !== EACCES;
  const why = `the kernel ${permitted ? 'refuses' : 'does not permit'} ${what} (${errnoName(errno)})`;
  return no(first === undefined ? why : `${why}; Linux has it since ${first}`, first);
}
