import type { Ffi } from '../ffi/ffi.ts';
import { decodeAttributes } from './message.ts';
import { type Answer, requestFlags, routeRequest } from './route-socket.ts';

const RTM_NEWQDISC = 36;
const RTM_DELQDISC = 37;
const RTM_NEWTFILTER = 44;
const RTM_DELTFILTER = 45;
const RTM_GETTFILTER = 46;
const TCMSG_SIZE = 20;
const TCA_KIND = 1;
const TCA_OPTIONS = 2;
const TCA_BPF_FD = 6;
const TCA_BPF_NAME = 7;
const TCA_BPF_FLAGS = 8;
const TCA_BPF_ID = 11;
/** TCA_BPF_FLAG_ACT_DIRECT: the return value is the verdict. */
const ACT_DIRECT = 1;
/** htons(ETH_P_ALL). */
const ALL_PROTOCOLS = 0x0300;
const CLSACT_HANDLE = 0xffff0000;
const CLSACT_PARENT = 0xfffffff1;
const parents = { ingress: 0xfffffff2, egress: 0xfffffff3 } as const;

/** Which way packets go through the interface. */
export type Direction = keyof typeof parents;

/** A filter in the kernel: enough to delete it. */
export interface Filter {
  readonly ifindex: number;
  readonly direction: Direction;
  readonly handle: number;
  readonly priority: number;
}

/** `struct tcmsg`. */
function header(ifindex: number, handle: number, parent: number, info: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(TCMSG_SIZE));
  view.setInt32(4, ifindex, true);
  view.setUint32(8, handle, true);
  view.setUint32(12, parent, true);
  view.setUint32(16, info, true);
  return new Uint8Array(view.buffer);
}

const infoOf = (priority: number): number => ((priority << 16) | ALL_PROTOCOLS) >>> 0;

/** Gives an interface the clsact qdisc (Linux 4.5), whose filters see packets that come in and go out. */
export function addClsact(ffi: Ffi, ifindex: number): Answer {
  const flags = requestFlags.CREATE | requestFlags.EXCL;
  return routeRequest(ffi, RTM_NEWQDISC, flags, header(ifindex, CLSACT_HANDLE, CLSACT_PARENT, 0), [
    [TCA_KIND, 'clsact'],
  ]);
}

/** Takes the clsact qdisc away, with all its filters. */
export function deleteClsact(ffi: Ffi, ifindex: number): Answer {
  return routeRequest(ffi, RTM_DELQDISC, 0, header(ifindex, CLSACT_HANDLE, CLSACT_PARENT, 0), [[TCA_KIND, 'clsact']]);
}

/** Adds a program as a filter of clsact; priority 0 lets the kernel choose. Gives the filter, or the refusal. */
export function addFilter(
  ffi: Ffi,
  place: { readonly ifindex: number; readonly direction: Direction; readonly priority: number },
  program: { readonly descriptor: number; readonly name: string },
): Filter | Answer {
  const { ifindex, direction, priority } = place;
  const flags = requestFlags.CREATE | requestFlags.EXCL | requestFlags.ECHO;
  const answer = routeRequest(ffi, RTM_NEWTFILTER, flags, header(ifindex, 0, parents[direction], infoOf(priority)), [
    [TCA_KIND, 'bpf'],
    [
      TCA_OPTIONS,
      [
        [TCA_BPF_FD, program.descriptor],
        [TCA_BPF_NAME, program.name],
        [TCA_BPF_FLAGS, ACT_DIRECT],
      ],
    ],
  ]);
  const made = answer.messages[0]?.payload;
  if (answer.errno < 0 || made === undefined) return answer;
  const view = new DataView(made.buffer, made.byteOffset, made.byteLength);
  return { ifindex, direction, handle: view.getUint32(8, true), priority: view.getUint32(16, true) >>> 16 };
}

/** Deletes one filter. */
export function deleteFilter(ffi: Ffi, filter: Filter): Answer {
  const body = header(filter.ifindex, filter.handle, parents[filter.direction], infoOf(filter.priority));
  return routeRequest(ffi, RTM_DELTFILTER, 0, body, [[TCA_KIND, 'bpf']]);
}

/** A filter that runs a program, with the program's id. */
export interface ProgramFilter extends Filter {
  readonly program: number;
}

/** The filters of clsact in one direction that run programs (the id: Linux 4.13). */
export function filtersOf(ffi: Ffi, ifindex: number, direction: Direction): ProgramFilter[] {
  const { messages } = routeRequest(
    ffi,
    RTM_GETTFILTER,
    requestFlags.DUMP,
    header(ifindex, 0, parents[direction], 0),
    [],
  );
  return messages.flatMap(({ payload }) => {
    const options = decodeAttributes(payload.subarray(TCMSG_SIZE)).get(TCA_OPTIONS);
    const id = options === undefined ? undefined : decodeAttributes(options).get(TCA_BPF_ID);
    if (id === undefined) return [];
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    const program = new DataView(id.buffer, id.byteOffset, id.byteLength).getUint32(0, true);
    const handle = view.getUint32(8, true);
    return [{ ifindex, direction, handle, priority: view.getUint32(16, true) >>> 16, program }];
  });
}

/** True where clsact has filters of either direction. */
export function hasFilters(ffi: Ffi, ifindex: number): boolean {
  return Object.values(parents).some(
    (parent) =>
      routeRequest(ffi, RTM_GETTFILTER, requestFlags.DUMP, header(ifindex, 0, parent, 0), []).messages.length > 0,
  );
}
