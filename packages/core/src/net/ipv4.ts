import { u16 } from './field.ts';

/** An IPv4 header (RFC 791). Lengths and offsets are in bytes. */
export interface Ipv4Header {
  readonly headerLength: number;
  /** Type of service: DSCP and ECN. */
  readonly tos: number;
  readonly totalLength: number;
  readonly id: number;
  readonly dontFragment: boolean;
  readonly moreFragments: boolean;
  readonly fragmentOffset: number;
  readonly ttl: number;
  readonly protocol: number;
  readonly checksum: number;
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
}

/** Size in bytes. */
export const IPV4_HEADER_SIZE = 20;

/**
 * The header at `start`, or undefined where it is cut off, of another version, or shorter than 20 bytes. Options are
 * within `headerLength`, which may reach past the end.
 */
export function parseIpv4Header(bytes: Uint8Array, start = 0): Ipv4Header | undefined {
  const first = bytes[start] ?? 0;
  const headerLength = (first & 15) * 4;
  if (bytes.length - start < IPV4_HEADER_SIZE || first >> 4 !== 4 || headerLength < IPV4_HEADER_SIZE) return undefined;
  const fragment = u16(bytes, start + 6);
  return {
    headerLength,
    tos: bytes[start + 1] ?? 0,
    totalLength: u16(bytes, start + 2),
    id: u16(bytes, start + 4),
    dontFragment: (fragment & 0x4000) !== 0,
    moreFragments: (fragment & 0x2000) !== 0,
    fragmentOffset: (fragment & 0x1fff) * 8,
    ttl: bytes[start + 8] ?? 0,
    protocol: bytes[start + 9] ?? 0,
    checksum: u16(bytes, start + 10),
    source: bytes.subarray(start + 12, start + 16),
    destination: bytes.subarray(start + 16, start + 20),
  };
}
