import { SkepError } from '../base/errors.ts';
import { ETHERNET_HEADER_SIZE, etherTypes } from './ethernet.ts';
import { u16 } from './field.ts';

/** Link-layer header types that skep reads (the tcpdump group's registry of LINKTYPE_ values). */
export const linkTypes = {
  null: 0,
  ethernet: 1,
  rawOpenBsd: 14,
  rawBsd: 12,
  raw: 101,
  loop: 108,
  linuxCooked: 113,
  ipv4: 228,
  ipv6: 229,
  linuxCooked2: 276,
} as const;

const names = new Map<number, string>([
  [linkTypes.null, 'BSD loopback'],
  [linkTypes.ethernet, 'Ethernet'],
  [linkTypes.rawBsd, 'raw IP'],
  [linkTypes.rawOpenBsd, 'raw IP'],
  [linkTypes.raw, 'raw IP'],
  [linkTypes.loop, 'OpenBSD loopback'],
  [linkTypes.linuxCooked, 'Linux cooked v1'],
  [linkTypes.ipv4, 'raw IPv4'],
  [linkTypes.ipv6, 'raw IPv6'],
  [linkTypes.linuxCooked2, 'Linux cooked v2'],
]);

/** `Ethernet`, `raw IP`, ..., or `link type 147` for one that skep does not read. */
export function linkTypeName(linkType: number): string {
  return names.get(linkType) ?? `link type ${linkType}`;
}

/** True where {@link toEthernet} puts an Ethernet header before packets of this type that was not on the wire. */
export function hasSyntheticHeader(linkType: number): boolean {
  return linkType !== linkTypes.ethernet && names.has(linkType);
}

/** What stands before the network layer of a link type, and what it says. */
interface LinkHeader {
  /** Bytes before the network layer. */
  readonly size: number;
  readonly etherType: number;
  /** Where six bytes of source address stand, if anywhere. */
  readonly source?: number;
  /** True where the packet was sent to the broadcast address. */
  readonly broadcast?: boolean;
}

/**
 * A captured packet as an Ethernet frame, as XDP and tc programs expect it. An Ethernet packet is given as it is, not
 * copied; any other gets a header of 14 bytes with the EtherType of its network layer (0 where that is unknown) and
 * zero addresses, but for what a Linux cooked header knows: the sender's address, and that it was a broadcast.
 *
 * @throws SKEP_BAD_CAPTURE for a link type without network layer or unknown to skep
 */
export function toEthernet(linkType: number, data: Uint8Array): Uint8Array {
  if (linkType === linkTypes.ethernet) return data;
  const header = linkHeader(linkType, data);
  const payload = data.subarray(Math.min(header.size, data.length));
  const frame = new Uint8Array(ETHERNET_HEADER_SIZE + payload.length);
  if (header.broadcast) frame.fill(0xff, 0, 6);
  if (header.source !== undefined) frame.set(data.subarray(header.source, header.source + 6), 6);
  frame[12] = header.etherType >> 8;
  frame[13] = header.etherType & 255;
  frame.set(payload, ETHERNET_HEADER_SIZE);
  return frame;
}

function linkHeader(linkType: number, data: Uint8Array): LinkHeader {
  switch (linkType) {
    case linkTypes.raw:
    case linkTypes.rawBsd:
    case linkTypes.rawOpenBsd:
      return { size: 0, etherType: etherTypeOfIp(data[0]) };
    case linkTypes.ipv4:
      return { size: 0, etherType: etherTypes.ipv4 };
    case linkTypes.ipv6:
      return { size: 0, etherType: etherTypes.ipv6 };
    case linkTypes.null:
    case linkTypes.loop:
      return { size: 4, etherType: etherTypeOfIp(data[4]) };
    case linkTypes.linuxCooked:
      return cookedHeader(data, 16, u16(data, 14), u16(data, 0), u16(data, 4), 6);
    case linkTypes.linuxCooked2:
      return cookedHeader(data, 20, u16(data, 0), data[10] ?? 0, data[11] ?? 0, 12);
    default:
      throw new SkepError('SKEP_BAD_CAPTURE', `packets of ${linkTypeName(linkType)} cannot be read`, {
        reason: `only these link types are: ${[...names].map(([id, name]) => `${name} (${id})`).join(', ')}`,
        remedy: 'capture on an interface with Ethernet or IP packets',
      });
  }
}

/** By the version in the first byte: the address family of the null header has another number on every system. */
function etherTypeOfIp(first: number | undefined): number {
  const version = first === undefined ? 0 : first >> 4;
  return version === 4 ? etherTypes.ipv4 : version === 6 ? etherTypes.ipv6 : 0;
}

/** LINKTYPE_LINUX_SLL and SLL2: packet type 1 is a broadcast; an address of 6 bytes is a MAC address. */
function cookedHeader(
  data: Uint8Array,
  size: number,
  protocol: number,
  packetType: number,
  addressLength: number,
  address: number,
): LinkHeader {
  const whole = data.length >= size;
  const etherType = whole ? protocol : 0;
  const header = { size, etherType, broadcast: whole && packetType === 1 };
  return whole && addressLength === 6 ? { ...header, source: address } : header;
}

/** How many bytes longer {@link toEthernet}'s frame is than the packet; less than 0 where it is shorter. */
export function ethernetGrowth(linkType: number): number {
  if (linkType === linkTypes.ethernet) return 0;
  if (linkType === linkTypes.linuxCooked) return ETHERNET_HEADER_SIZE - 16;
  if (linkType === linkTypes.linuxCooked2) return ETHERNET_HEADER_SIZE - 20;
  if (linkType === linkTypes.null || linkType === linkTypes.loop) return ETHERNET_HEADER_SIZE - 4;
  return ETHERNET_HEADER_SIZE;
}
