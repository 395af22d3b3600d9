import { SkepError } from '../base/errors.ts';

/**
 * The most bytes that one record or block of a capture may have. Packets are at most 256 KiB in practice; a longer
 * claim than this is damage, and believing it would mean to wait for, and to hold, gigabytes.
 */
export const MAX_RECORD_SIZE: number = 16 * 1024 * 1024;

/** SKEP_BAD_CAPTURE at a file offset. */
export function badCapture(what: string, offset: number, reason: string, remedy?: string): SkepError {
  return new SkepError('SKEP_BAD_CAPTURE', what, {
    place: { offset },
    reason,
    remedy: remedy ?? 'the file is damaged from here on: capture anew, or keep the packets before it with --limit',
  });
}
