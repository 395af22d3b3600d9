import { u16, u32 } from './field.ts';
import { ipProtocols } from './ip-protocol.ts';

/** An IPv6 header (RFC 8200), 40 bytes. */
export interface Ipv6Header {
  readonly trafficClass: number;
  readonly flowLabel: number;
  /** Bytes after this header, extension headers included. */
  readonly payloadLength: number;
  readonly nextHeader: number;
  readonly hopLimit: number;
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
}

/** Size in bytes. */
export const IPV6_HEADER_SIZE = 40;

/** The header at `start`, or undefined where it is cut off or of another version. */
export function parseIpv6Header(bytes: Uint8Array, start = 0): Ipv6Header | undefined {
  if (bytes.length - start < IPV6_HEADER_SIZE || (bytes[start] ?? 0) >> 4 !== 6) return undefined;
  const first = u32(bytes, start);
  return {
    trafficClass: (first >>> 20) & 255,
    flowLabel: first & 0xfffff,
    payloadLength: u16(bytes, start + 4),
    nextHeader: bytes[start + 6] ?? 0,
    hopLimit: bytes[start + 7] ?? 0,
    source: bytes.subarray(start + 8, start + 24),
    destination: bytes.subarray(start + 24, start + 40),
  };
}

/** Where the extension headers of an IPv6 packet lead. */
export interface Ipv6Extensions {
  /** The protocol after the last extension header that could be read. */
  readonly protocol: number;
  /** Where its data begins. */
  readonly start: number;
  /** The extension headers passed, in order, by protocol number. */
  readonly headers: readonly number[];
  readonly fragment?: { readonly id: number; readonly offset: number; readonly more: boolean };
  /** True where an extension header reaches past `end`. */
  readonly truncated: boolean;
}

const extensionHeaders: ReadonlySet<number> = new Set([
  ipProtocols.hopByHop,
  ipProtocols.routing,
  ipProtocols.fragment,
  ipProtocols.ah,
  ipProtocols.destinationOptions,
  ipProtocols.mobility,
]);

/**
 * Walks the extension headers (RFC 8200 section 4, RFC 4302 for AH) from `start`, where the one of type `nextHeader`
 * stands, up to `end`. A later fragment has no further headers, so the walk ends there.
 */
export function walkIpv6Extensions(bytes: Uint8Array, start: number, end: number, nextHeader: number): Ipv6Extensions {
  let protocol = nextHeader;
  let at = start;
  let fragment: Ipv6Extensions['fragment'];
  const headers: number[] = [];
  while (extensionHeaders.has(protocol)) {
    const size = extensionSize(protocol, bytes[at + 1] ?? 0);
    if (end - at < 8 || end - at < size) return { protocol, start: at, headers, truncated: true, ...given(fragment) };
    if (protocol === ipProtocols.fragment) {
      const control = u16(bytes, at + 2);
      fragment = { id: u32(bytes, at + 4), offset: control & 0xfff8, more: (control & 1) !== 0 };
    }
    headers.push(protocol);
    protocol = bytes[at] ?? 0;
    at += size;
    if (fragment !== undefined && fragment.offset > 0) break;
  }
  return { protocol, start: at, headers, truncated: false, ...given(fragment) };
}

function extensionSize(protocol: number, length: number): number {
  if (protocol === ipProtocols.fragment) return 8;
  return protocol === ipProtocols.ah ? (length + 2) * 4 : (length + 1) * 8;
}

function given(fragment: Ipv6Extensions['fragment']): Pick<Ipv6Extensions, 'fragment'> {
  return fragment === undefined ? {} : { fragment };
}
