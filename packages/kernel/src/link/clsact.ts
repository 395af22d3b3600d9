import { SkepError } from '@skep/core/base';
import type { Interface, Link } from '@skep/core/host';
import { errnoName } from '../bpf/errors.ts';
import type { Ffi } from '../ffi/ffi.ts';
import { noteAttachment } from '../leftovers/record.ts';
import type { Answer } from '../netlink/route-socket.ts';
import {
  addClsact,
  addFilter,
  type Direction,
  deleteClsact,
  deleteFilter,
  hasFilters,
} from '../netlink/traffic-control.ts';
import type { Attachable } from './attachable.ts';
import { PlainLink } from './link.ts';

const EEXIST = -17;

/** Where a filter goes. */
export interface FilterPlace {
  readonly device: Interface;
  readonly ifindex: number;
  readonly direction: Direction;
  /** 0: the kernel chooses. */
  readonly priority: number;
}

/**
 * Attaches a traffic control program as a direct-action filter of the clsact qdisc (Linux 4.5). The qdisc is made where
 * it is missing, and taken away with the last filter by whoever made it.
 * @throws SKEP_USAGE for a priority outside 0..65535, SKEP_NOT_PERMITTED, SKEP_NOT_SUPPORTED.
 */
export function attachClsact(program: Attachable, place: FilterPlace): Link {
  const { bpf, spec, descriptor } = program;
  const { ffi } = bpf;
  const what = `cannot attach program ${spec.name} to device ${place.device}, ${place.direction}`;
  if (!(Number.isInteger(place.priority) && place.priority >= 0 && place.priority <= 0xffff)) {
    throw new SkepError('SKEP_USAGE', `${what} with priority ${place.priority}`, {
      remedy: 'priorities are 1 to 65535',
    });
  }
  const qdisc = addClsact(ffi, place.ifindex);
  if (qdisc.errno < 0 && qdisc.errno !== EEXIST) throw netlinkError(what, qdisc);
  const made = qdisc.errno === 0;
  const { ifindex, direction } = place;
  const forget = noteAttachment(program, {
    kind: 'clsact',
    ifindex,
    device: String(place.device),
    direction,
    qdisc: made,
  });
  const filter = addFilter(ffi, place, { descriptor, name: spec.name });
  if ('errno' in filter) {
    if (made) releaseClsact(ffi, ifindex);
    forget();
    throw netlinkError(what, filter);
  }
  return new PlainLink('a filter of clsact', () => {
    deleteFilter(ffi, filter);
    if (made) releaseClsact(ffi, ifindex);
    forget();
  });
}

function releaseClsact(ffi: Ffi, ifindex: number): void {
  if (!hasFilters(ffi, ifindex)) deleteClsact(ffi, ifindex);
}

function netlinkError(what: string, { errno, text }: Answer): SkepError {
  const name = errnoName(errno);
  const permitted = name !== 'EPERM' && name !== 'EACCES';
  return new SkepError(permitted ? 'SKEP_NOT_SUPPORTED' : 'SKEP_NOT_PERMITTED', what, {
    reason: `${text ?? (permitted ? 'the kernel refuses the filter' : 'it needs CAP_NET_ADMIN')} (rtnetlink: ${name})`,
    errno: name,
  });
}
