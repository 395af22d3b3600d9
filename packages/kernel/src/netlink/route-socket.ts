import type { Ffi } from '../ffi/ffi.ts';
import { syscallNumbers } from '../ffi/syscall-numbers.ts';
import { type Attribute, decodeAttributes, decodeMessages, encodeMessage, type Message } from './message.ts';

const AF_NETLINK = 16;
const SOCK_RAW_CLOEXEC = 3 | 0x80000;
const SOL_NETLINK = 270;
const NETLINK_EXT_ACK = 11;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const NLMSGERR_ATTR_MSG = 1;
const HEADER = 16;
const RECEIVE_SIZE = 1 << 16;

/** Flags of a request (linux/netlink.h). */
export const requestFlags = {
  REQUEST: 0x1,
  ACK: 0x4,
  ECHO: 0x8,
  DUMP: 0x300,
  EXCL: 0x200,
  CREATE: 0x400,
} as const;

/** What the kernel answers: messages, and the negative error number with its text where it refuses. */
export interface Answer {
  readonly errno: number;
  /** The kernel's own words (Linux 4.12). */
  readonly text?: string;
  readonly messages: readonly Message[];
}

/**
 * Sends one request to rtnetlink and waits for the answer to end: its acknowledgement, or the end of the dump. The
 * socket lives in the network namespace of the calling thread.
 */
export function routeRequest(
  ffi: Ffi,
  type: number,
  flags: number,
  body: Uint8Array,
  attributes: readonly Attribute[],
): Answer {
  const calls = syscallNumbers();
  const socket = ffi.syscall(calls.socket, AF_NETLINK, SOCK_RAW_CLOEXEC, 0);
  if (socket < 0) return { errno: socket, messages: [] };
  try {
    const one = Uint8Array.of(1, 0, 0, 0);
    ffi.syscall(calls.setsockopt, socket, SOL_NETLINK, NETLINK_EXT_ACK, one, one.length);
    const request = encodeMessage(type, flags | requestFlags.REQUEST | requestFlags.ACK, 1, body, attributes);
    const sent = ffi.syscall(calls.sendto, socket, request, request.length, 0, null, 0);
    return sent < 0 ? { errno: sent, messages: [] } : receive(ffi, socket);
  } finally {
    ffi.syscall(calls.close, socket);
  }
}

function receive(ffi: Ffi, socket: number): Answer {
  const messages: Message[] = [];
  for (;;) {
    const buffer = new Uint8Array(RECEIVE_SIZE);
    const length = ffi.syscall(syscallNumbers().recvfrom, socket, buffer, buffer.length, 0, null, null);
    if (length < 0) return { errno: length, messages };
    for (const message of decodeMessages(buffer.subarray(0, length))) {
      if (message.type === NLMSG_DONE) return { errno: 0, messages };
      if (message.type === NLMSG_ERROR) return { ...errorOf(message.payload), messages };
      messages.push(message);
    }
  }
}

/** `struct nlmsgerr`: the error, the request's header, and behind it attributes with the reason. */
function errorOf(payload: Uint8Array): { errno: number; text?: string } {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const errno = view.getInt32(0, true);
  if (errno === 0 || payload.length < 4 + HEADER) return { errno };
  // A refusal repeats the whole request unless capped; the attributes stand behind it.
  const reason = decodeAttributes(payload.subarray(4 + view.getUint32(4, true))).get(NLMSGERR_ATTR_MSG);
  if (reason === undefined) return { errno };
  return { errno, text: new TextDecoder().decode(reason.subarray(0, Math.max(0, reason.indexOf(0)))) };
}
