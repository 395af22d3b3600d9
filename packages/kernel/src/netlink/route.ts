import type { Ffi } from '../ffi/ffi.ts';
import type { Attribute } from './message.ts';
import { type Answer, requestFlags, routeRequest } from './route-socket.ts';

const RTM_NEWROUTE = 24;
const RTM_DELROUTE = 25;
const RTMSG_SIZE = 12;
const AF_INET = 2;
const AF_INET6 = 10;
const RTPROT_STATIC = 4;
const RTN_UNICAST = 1;
const RT_SCOPE_UNIVERSE = 0;
const RT_SCOPE_LINK = 253;
const RT_TABLE_MAIN = 254;
const RTA_DST = 1;
const RTA_OIF = 4;
const RTA_GATEWAY = 5;
const RTA_TABLE = 15;
const RTA_ENCAP_TYPE = 21;
const RTA_ENCAP = 22;
const LWTUNNEL_ENCAP_BPF = 6;
const LWTUNNEL_ENCAP_SEG6_LOCAL = 7;
const LWT_BPF_XMIT_HEADROOM = 4;
const SEG6_LOCAL_ACTION = 1;
const SEG6_LOCAL_BPF = 8;
const SEG6_LOCAL_ACTION_END_BPF = 15;

/** Attribute of the hook in `struct lwt` (linux/lwtunnel.h). */
const hooks = { lwt_in: 1, lwt_out: 2, lwt_xmit: 3 } as const;

/** Where along a route a program runs, by its program type. */
export type RouteHook = keyof typeof hooks | 'lwt_seg6local';

/** A route whose packets run a program. */
export interface Route {
  /** 4 or 16 bytes. */
  readonly destination: Uint8Array;
  /** Bits of the destination. */
  readonly prefix: number;
  readonly ifindex: number;
  readonly gateway?: Uint8Array;
  /** Routing table; default: the main one. */
  readonly table?: number;
  readonly hook: RouteHook;
  /** Bytes kept free in front of packets, for `lwt_xmit`. */
  readonly headroom?: number;
}

/** A program for a route, by its descriptor. */
export interface RouteProgram {
  readonly descriptor: number;
  readonly name: string;
}

/** Adds a route whose packets run a program (Linux 4.10; seg6local: 4.18). EEXIST where there is such a route. */
export function addRoute(ffi: Ffi, route: Route, program: RouteProgram): Answer {
  const flags = requestFlags.CREATE | requestFlags.EXCL;
  return routeRequest(ffi, RTM_NEWROUTE, flags, header(route), attributes(route, program));
}

/** Deletes the route; one with another program's name is not touched. ESRCH where there is none. */
export function deleteRoute(ffi: Ffi, route: Route, program: RouteProgram): Answer {
  return routeRequest(ffi, RTM_DELROUTE, 0, header(route), attributes(route, program));
}

/** `struct rtmsg`. */
function header({ destination, prefix, gateway }: Route): Uint8Array {
  const ipv4 = destination.length === 4;
  const scope = ipv4 && gateway === undefined ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
  const bytes = new Uint8Array(RTMSG_SIZE);
  bytes.set([ipv4 ? AF_INET : AF_INET6, prefix, 0, 0, RT_TABLE_MAIN, RTPROT_STATIC, scope, RTN_UNICAST]);
  return bytes;
}

function attributes(route: Route, program: RouteProgram): Attribute[] {
  const { destination, ifindex, gateway, table, hook } = route;
  const seg6 = hook === 'lwt_seg6local';
  return [
    [RTA_DST, destination],
    [RTA_OIF, ifindex],
    ...(gateway === undefined ? [] : [[RTA_GATEWAY, gateway] as const]),
    ...(table === undefined ? [] : [[RTA_TABLE, table] as const]),
    [RTA_ENCAP_TYPE, Uint8Array.of(seg6 ? LWTUNNEL_ENCAP_SEG6_LOCAL : LWTUNNEL_ENCAP_BPF, 0)],
    [RTA_ENCAP, seg6 ? seg6local(program) : lightweight(route, hooks[hook], program)],
  ];
}

/** Descriptor and name have the same numbers for both kinds of encapsulation. */
const programAttributes = ({ descriptor, name }: RouteProgram): Attribute[] => [
  [1, descriptor],
  [2, name],
];

function lightweight({ headroom }: Route, hook: number, program: RouteProgram): Attribute[] {
  return [
    [hook, programAttributes(program)],
    ...(headroom === undefined ? [] : [[LWT_BPF_XMIT_HEADROOM, headroom] as const]),
  ];
}

function seg6local(program: RouteProgram): Attribute[] {
  return [
    [SEG6_LOCAL_ACTION, SEG6_LOCAL_ACTION_END_BPF],
    [SEG6_LOCAL_BPF, programAttributes(program)],
  ];
}
