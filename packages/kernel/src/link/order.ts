import { SkepError } from '@skep/core/base';
import type { OrderTarget } from '@skep/core/host';
import { descriptorOf } from './attachable.ts';
import { BpfLink } from './link.ts';

/** Flags of attaching among others (linux/bpf.h). */
const BEFORE = 1 << 3;
const AFTER = 1 << 4;
const ID = 1 << 5;
const LINK = 1 << 13;

/** Flags of BPF_LINK_CREATE and its fields of a kind for a place in the order. */
export interface Order {
  readonly flags: number;
  /** Descriptor or number of what it is told by; absent for a place before or after all. */
  readonly relative?: number;
  readonly revision?: bigint;
}

/**
 * The place of a program among others, or undefined where none is asked for.
 * @throws SKEP_USAGE for both sides at once, and for what is no link, program or number.
 */
export function orderOf({ before, after, expectedRevision }: OrderTarget): Order | undefined {
  if (before === undefined && after === undefined && expectedRevision === undefined) return undefined;
  if (before !== undefined && after !== undefined) {
    throw new SkepError('SKEP_USAGE', 'a program runs before another or after another, not both', {
      remedy: 'give one of `before` and `after`',
    });
  }
  const side = before === undefined ? (after === undefined ? 0 : AFTER) : BEFORE;
  const revision = expectedRevision === undefined ? {} : { revision: expectedRevision };
  const neighbour = before ?? after;
  if (neighbour === undefined || neighbour === 'all') return { flags: side, ...revision };
  return { ...relativeTo(neighbour, side), ...revision };
}

function relativeTo(neighbour: object | number | string, side: number): { flags: number; relative: number } {
  if (typeof neighbour === 'number') return { flags: side | ID, relative: neighbour };
  const descriptor = typeof neighbour === 'string' ? undefined : descriptorOf(neighbour);
  if (descriptor === undefined) {
    throw new SkepError('SKEP_USAGE', 'what a program is to run before or after is no link and no program', {
      remedy: "give a link or program of this host, a program's number, or 'all'",
    });
  }
  return { flags: side | (neighbour instanceof BpfLink ? LINK : 0), relative: descriptor };
}
