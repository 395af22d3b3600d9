import type { Link } from '@skep/core/host';
import type { Attachable } from './attachable.ts';
import { linkPerfEvent, openPerfEvent } from './perf-event.ts';
import { pmuType, probeError, returnBit } from './probe-pmu.ts';

/** A place in a file that a program waits at. */
export interface UserEvent {
  readonly path: string;
  /** Bytes from the start of the file. */
  readonly offset: number;
  readonly returns?: boolean;
  /** Offset in the file of a counter that the kernel raises while somebody watches (Linux 4.20). */
  readonly semaphore?: number;
  /** What `bpf_get_attach_cookie` gives (Linux 5.15). */
  readonly cookie?: bigint;
  /** In this process only. Default: all. */
  readonly pid?: number;
}

/** First bit of the counter's offset in `config` (/sys/bus/event_source/devices/uprobe/format/ref_ctr_offset). */
const SEMAPHORE_BIT = 32n;

/** Lets a program wait at a place in a file. */
export function attachUserEvent(program: Attachable, what: string, place: UserEvent): Link {
  const { path, offset, returns = false, semaphore = 0, cookie, pid } = place;
  const flags = returns ? 1n << BigInt(returnBit('uprobe')) : 0n;
  const event = openPerfEvent(program, {
    type: pmuType('uprobe'),
    config: flags | (BigInt(semaphore) << SEMAPHORE_BIT),
    name: path,
    config2: offset,
    ...(pid === undefined ? {} : { pid }),
  });
  if (event < 0) throw probeError(event, what, 'uprobe');
  return linkPerfEvent(program, event, what, cookie);
}
