import { u16 } from './field.ts';

/** An ICMP (RFC 792) or ICMPv6 (RFC 4443) header, 8 bytes; identifier and sequence as in an echo message. */
export interface IcmpHeader {
  readonly type: number;
  readonly code: number;
  readonly checksum: number;
  readonly id: number;
  readonly sequence: number;
}

/** Size in bytes. */
export const ICMP_HEADER_SIZE = 8;

/** ICMP types of echo messages, for IPv4 and IPv6. */
export const icmpTypes = { echoReply: 0, echoRequest: 8, echoRequest6: 128, echoReply6: 129 } as const;

/** The header at `start`, or undefined where it is cut off. */
export function parseIcmp(bytes: Uint8Array, start: number, end: number = bytes.length): IcmpHeader | undefined {
  if (end - start < ICMP_HEADER_SIZE) return undefined;
  return {
    type: bytes[start] ?? 0,
    code: bytes[start + 1] ?? 0,
    checksum: u16(bytes, start + 2),
    id: u16(bytes, start + 4),
    sequence: u16(bytes, start + 6),
  };
}

const typeNames = new Map<number, string>([
  [0, 'echo reply'],
  [3, 'unreachable'],
  [4, 'source quench'],
  [5, 'redirect'],
  [8, 'echo request'],
  [9, 'router advertisement'],
  [10, 'router solicitation'],
  [11, 'time exceeded'],
  [12, 'parameter problem'],
  [13, 'timestamp request'],
  [14, 'timestamp reply'],
]);

const unreachableCodes = ['net', 'host', 'protocol', 'port', 'fragmentation needed', 'source route failed'];

/** `echo request`, `unreachable port`, ..., or `type 42 code 0` for one without a name here. */
export function icmpTypeName(type: number, code: number): string {
  const name = typeNames.get(type);
  if (name === undefined) return `type ${type} code ${code}`;
  return type === 3 ? `${name} ${unreachableCodes[code] ?? `code ${code}`}` : name;
}

const type6Names = new Map<number, string>([
  [1, 'unreachable'],
  [2, 'packet too big'],
  [3, 'time exceeded'],
  [4, 'parameter problem'],
  [128, 'echo request'],
  [129, 'echo reply'],
  [130, 'multicast listener query'],
  [131, 'multicast listener report'],
  [132, 'multicast listener done'],
  [133, 'router solicitation'],
  [134, 'router advertisement'],
  [135, 'neighbor solicitation'],
  [136, 'neighbor advertisement'],
  [137, 'redirect'],
  [143, 'multicast listener report v2'],
]);

const unreachable6Codes = ['route', 'prohibited', 'scope', 'address', 'port', 'policy', 'reject route'];

/** As {@link icmpTypeName}, for ICMPv6. */
export function icmp6TypeName(type: number, code: number): string {
  const name = type6Names.get(type);
  if (name === undefined) return `type ${type} code ${code}`;
  return type === 1 ? `${name} ${unreachable6Codes[code] ?? `code ${code}`}` : name;
}
