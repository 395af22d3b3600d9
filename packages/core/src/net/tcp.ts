import { u16, u32 } from './field.ts';

/** TCP flags (RFC 9293 section 3.1) as bits, for the packet builder and for programs. */
export const tcpFlags = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ece: 64, cwr: 128 } as const;

/** A TCP header (RFC 9293). Lengths are in bytes. */
export interface TcpHeader {
  readonly source: number;
  readonly destination: number;
  readonly sequence: number;
  readonly acknowledgement: number;
  /** With options; may be below 20 or reach past the end in a damaged packet. */
  readonly headerLength: number;
  readonly flags: number;
  readonly window: number;
  readonly checksum: number;
}

/** Size in bytes. */
export const TCP_HEADER_SIZE = 20;

/** The header at `start`, or undefined where it is cut off. */
export function parseTcp(bytes: Uint8Array, start: number, end: number = bytes.length): TcpHeader | undefined {
  if (end - start < TCP_HEADER_SIZE) return undefined;
  return {
    source: u16(bytes, start),
    destination: u16(bytes, start + 2),
    sequence: u32(bytes, start + 4),
    acknowledgement: u32(bytes, start + 8),
    headerLength: ((bytes[start + 12] ?? 0) >> 4) * 4,
    flags: bytes[start + 13] ?? 0,
    window: u16(bytes, start + 14),
    checksum: u16(bytes, start + 16),
  };
}

/** The letters of flags in the order that is usual on a terminal. */
const letters: readonly [letter: string, bit: number][] = [
  ['S', tcpFlags.syn],
  ['F', tcpFlags.fin],
  ['R', tcpFlags.rst],
  ['P', tcpFlags.psh],
  ['A', tcpFlags.ack],
  ['U', tcpFlags.urg],
  ['E', tcpFlags.ece],
  ['C', tcpFlags.cwr],
];

/** `SA` for SYN and ACK, `-` for none. */
export function formatTcpFlags(flags: number): string {
  const set = letters.filter(([, bit]) => (flags & bit) !== 0).map(([letter]) => letter);
  return set.length === 0 ? '-' : set.join('');
}
