import type { MapSpec } from '@skep/core/object';
import { possibleCpus } from './possible-cpus.ts';

const PAGE = 4096;
/** Largest ring buffer, so that rounding ends. */
const LIMIT = 2 ** 31;

/**
 * Entries that the kernel is asked for. A perf event array without a size has one for each CPU; the size of a ring
 * buffer, in bytes, goes up to the next power of two that is at least a page, as the kernel takes no other.
 */
export function entriesFor({ type, maxEntries }: MapSpec): number {
  if (type === 'perf_event_array' && maxEntries === 0) return possibleCpus();
  if (type !== 'ringbuf' && type !== 'user_ringbuf') return maxEntries;
  if (maxEntries === 0 || maxEntries > LIMIT) return maxEntries;
  let size = PAGE;
  while (size < maxEntries) size *= 2;
  return size;
}
