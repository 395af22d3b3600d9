import type { Ffi } from '../ffi/ffi.ts';
import { decodeAttributes } from './message.ts';
import { type Answer, routeRequest } from './route-socket.ts';

const RTM_GETLINK = 18;
const RTM_SETLINK = 19;
const IFINFO_SIZE = 16;
const IFLA_XDP = 43;
const IFLA_XDP_FD = 1;
const IFLA_XDP_FLAGS = 3;
const IFLA_XDP_PROG_ID = 4;
const IFLA_XDP_EXPECTED_FD = 8;

/** Flags of an XDP attachment (linux/if_link.h). */
export const xdpFlags = {
  UPDATE_IF_NOEXIST: 1,
  SKB_MODE: 2,
  DRV_MODE: 4,
  HW_MODE: 8,
  /** Only where the expected program is attached (Linux 5.7). */
  REPLACE: 16,
} as const;

/** `struct ifinfomsg` that names an interface. */
function interfaceHeader(ifindex: number): Uint8Array {
  const bytes = new Uint8Array(IFINFO_SIZE);
  new DataView(bytes.buffer).setInt32(4, ifindex, true);
  return bytes;
}

/** Puts a program (descriptor) in an interface's XDP hook without a bpf_link; -1 takes it away. */
export function setXdp(ffi: Ffi, ifindex: number, program: number, flags: number, expected?: number): Answer {
  return routeRequest(ffi, RTM_SETLINK, 0, interfaceHeader(ifindex), [
    [
      IFLA_XDP,
      [
        [IFLA_XDP_FD, program],
        [IFLA_XDP_FLAGS, flags],
        ...(expected === undefined ? [] : [[IFLA_XDP_EXPECTED_FD, expected] as const]),
      ],
    ],
  ]);
}

/** Id of the program in an interface's XDP hook, or undefined where there is none. */
export function xdpProgramId(ffi: Ffi, ifindex: number): number | undefined {
  const { messages } = routeRequest(ffi, RTM_GETLINK, 0, interfaceHeader(ifindex), []);
  const link = messages[0];
  const xdp = link === undefined ? undefined : decodeAttributes(link.payload.subarray(IFINFO_SIZE)).get(IFLA_XDP);
  const id = xdp === undefined ? undefined : decodeAttributes(xdp).get(IFLA_XDP_PROG_ID);
  return id === undefined ? undefined : new DataView(id.buffer, id.byteOffset, id.byteLength).getUint32(0, true);
}
