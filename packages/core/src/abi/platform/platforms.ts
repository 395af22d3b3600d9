import { SkepError } from '../../base/errors.ts';
import { isOlder } from '../since.ts';
import { linux_6_1 } from './linux-6-1.gen.ts';
import { linux_6_12 } from './linux-6-12.gen.ts';
import { linux_6_18 } from './linux-6-18.gen.ts';
import { linux_7_2 } from './linux-7-2.gen.ts';
import { Platform } from './platform.ts';

/** All records, the oldest first. */
const platforms: readonly Platform[] = [linux_6_1, linux_6_12, linux_6_18, linux_7_2].map(
  (record) => new Platform(record),
);

/** Versions that were measured, the oldest first: `6.1`. */
export const platformVersions: readonly string[] = platforms.map(({ version }) => version);

/**
 * The record of a kernel: of `6.12`, or of the newest measured one that is not newer, for any version as `uname -r`
 * gives it. It is the record of one build of that kernel: another may have been built with less.
 * @throws SKEP_USAGE for what is no version, and for kernels older than the oldest measured.
 */
export function platform(version: string): Platform {
  if (!/^\d+\.\d+/.test(version)) throw noVersion(version, 'it does not begin with two numbers, such as 6.12');
  const found = platforms.findLast((candidate) => !isOlder(version, candidate.version));
  if (found === undefined) throw noVersion(version, `the oldest that was measured is ${platformVersions[0]}`);
  return found;
}

function noVersion(version: string, reason: string): SkepError {
  return new SkepError('SKEP_USAGE', `there is no record of Linux ${version.slice(0, 40)}`, {
    reason,
    remedy: `use one of ${platformVersions.join(', ')}, or one between them`,
  });
}
