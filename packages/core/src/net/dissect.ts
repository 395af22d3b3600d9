import { formatIpv4, formatIpv6, formatMac } from '../base/address.ts';
import { parseArp } from './arp.ts';
import { describeDns } from './dns.ts';
import { ETHERNET_HEADER_SIZE, etherTypeName, etherTypes, parseEthernet } from './ethernet.ts';
import { u16 } from './field.ts';
import { icmp6TypeName, icmpTypeName, icmpTypes, parseIcmp } from './icmp.ts';
import { ipProtocolName, ipProtocols } from './ip-protocol.ts';
import { parseIpv4Header } from './ipv4.ts';
import { IPV6_HEADER_SIZE, parseIpv6Header, walkIpv6Extensions } from './ipv6.ts';
import { linkTypeName, linkTypes, toEthernet } from './link-type.ts';
import { formatTcpFlags, parseTcp } from './tcp.ts';
import { parseUdp } from './udp.ts';
import { parseVlan, VLAN_TAG_SIZE } from './vlan.ts';

/** A line under construction, over the packet it is about. */
interface Line {
  readonly bytes: Uint8Array;
  readonly words: string[];
  /** The packet was cut off while it was captured, or claims to be longer than it is. */
  truncated: boolean;
  /** Tunnels within tunnels so far. */
  depth: number;
}

/** More tunnels within each other than this are not followed. */
const MAX_DEPTH = 8;

/** What an IP header says to the layer in it. `from` and `to` are addresses as text. */
interface IpLayer {
  readonly from: string;
  readonly to: string;
  readonly version: 4 | 6;
  /** Where the data of the IP packet begins and ends among the bytes that are there. */
  readonly start: number;
  readonly end: number;
  readonly protocol: number;
  /** Length of the whole IP packet as its header gives it. */
  readonly length: number;
  /** Extension headers passed. */
  readonly headers: readonly number[];
  readonly fragment?: { readonly id: number; readonly offset: number; readonly more: boolean };
}

/**
 * A packet in one line: `10.0.0.1:443 > 10.0.0.2:55012 tcp SA len 60`. `len` is the length of the (inner) IP packet,
 * or of the frame where it is not IP. `[truncated]` ends the line of a packet that is not all there. Never throws, and
 * never prints a control character, whatever the bytes.
 *
 * @param linkType link-layer header type of `bytes`; default Ethernet
 * @param originalLength length on the wire
 */
export function dissect(
  bytes: Uint8Array,
  linkType: number = linkTypes.ethernet,
  originalLength: number = bytes.length,
): string {
  const frame = asFrame(bytes, linkType);
  if (frame === undefined) return `${linkTypeName(linkType)} len ${originalLength}`;
  const line: Line = { bytes: frame, words: [], truncated: bytes.length < originalLength, depth: 0 };
  describeFrame(line, 0, originalLength);
  if (line.truncated) line.words.push('[truncated]');
  return line.words.join(' ');
}

function asFrame(bytes: Uint8Array, linkType: number): Uint8Array | undefined {
  try {
    return toEthernet(linkType, bytes);
  } catch {
    return undefined;
  }
}

function describeFrame(line: Line, start: number, length: number): void {
  const header = parseEthernet(line.bytes, start);
  if (header === undefined) {
    line.words.push(`ethernet len ${length}`);
    line.truncated = true;
    return;
  }
  if (describeNetwork(line, header.type, start + ETHERNET_HEADER_SIZE)) return;
  const name = header.type < 1536 ? 'llc' : etherTypeName(header.type);
  line.words.push(`${formatMac(header.source)} > ${formatMac(header.destination)} ${name} len ${length}`);
}

/** Describes what follows an EtherType; false where that has no description of its own. */
function describeNetwork(line: Line, type: number, start: number): boolean {
  if (type === etherTypes.vlan || type === etherTypes.serviceVlan) return describeVlan(line, start);
  if (type === etherTypes.arp) return describeArp(line, start);
  if (type === etherTypes.ipv4) return describeIpv4(line, start);
  if (type === etherTypes.ipv6) return describeIpv6(line, start);
  return false;
}

function describeVlan(line: Line, start: number): boolean {
  let at = start;
  let type: number = etherTypes.vlan;
  while (type === etherTypes.vlan || type === etherTypes.serviceVlan) {
    const tag = parseVlan(line.bytes, at);
    if (tag === undefined) return cutOff(line, 'vlan');
    line.words.push(`vlan ${tag.id}`);
    type = tag.type;
    at += VLAN_TAG_SIZE;
  }
  if (!describeNetwork(line, type, at)) line.words.push(type < 1536 ? 'llc' : etherTypeName(type));
  return true;
}

/** Ends the line at a header that is not all there. */
function cutOff(line: Line, what: string): true {
  line.words.push(what);
  line.truncated = true;
  return true;
}

function describeArp(line: Line, start: number): boolean {
  const arp = parseArp(line.bytes, start);
  if (arp === undefined) {
    if (line.bytes.length - start < 28) return cutOff(line, 'arp');
    line.words.push('arp for other addresses than IPv4 over Ethernet');
    return true;
  }
  const sender = formatIpv4(arp.senderIp);
  if (arp.operation === 1) line.words.push(`arp who has ${formatIpv4(arp.targetIp)} tell ${sender}`);
  else if (arp.operation === 2) line.words.push(`arp ${sender} is at ${formatMac(arp.senderMac)}`);
  else line.words.push(`arp operation ${arp.operation} from ${sender}`);
  return true;
}

function describeIpv4(line: Line, start: number): boolean {
  const { bytes } = line;
  const header = parseIpv4Header(bytes, start);
  if (header === undefined) return badIp(line, start, 4);
  const { totalLength, headerLength, protocol, id } = header;
  const fragmented = header.moreFragments || header.fragmentOffset > 0;
  // A length of 0 is what a segmentation offload leaves in packets captured before the card finished them.
  const length = totalLength === 0 ? bytes.length - start : totalLength;
  describeIp(line, {
    from: formatIpv4(header.source),
    to: formatIpv4(header.destination),
    version: 4,
    start: start + headerLength,
    end: endOf(line, start + length),
    protocol,
    length,
    headers: [],
    ...(fragmented ? { fragment: { id, offset: header.fragmentOffset, more: header.moreFragments } } : {}),
  });
  return true;
}

function describeIpv6(line: Line, start: number): boolean {
  const header = parseIpv6Header(line.bytes, start);
  if (header === undefined) return badIp(line, start, 6);
  const length = IPV6_HEADER_SIZE + header.payloadLength;
  const end = endOf(line, start + length);
  const extensions = walkIpv6Extensions(line.bytes, start + IPV6_HEADER_SIZE, end, header.nextHeader);
  if (extensions.truncated) line.truncated = true;
  describeIp(line, {
    ...extensions,
    from: formatIpv6(header.source),
    to: formatIpv6(header.destination),
    version: 6,
    end,
    length,
  });
  return true;
}

/** The end that a header claims, or that of the bytes where they end before it. */
function endOf(line: Line, claimed: number): number {
  if (claimed > line.bytes.length) line.truncated = true;
  return Math.min(claimed, line.bytes.length);
}

function badIp(line: Line, start: number, version: 4 | 6): true {
  const shortest = version === 4 ? 20 : IPV6_HEADER_SIZE;
  if (line.bytes.length - start < shortest) return cutOff(line, `ipv${version}`);
  line.words.push(`ipv${version} with a bad header`);
  return true;
}

function describeIp(line: Line, ip: IpLayer): void {
  const ports = describeTransport(line, ip);
  line.words.push(`${ports}${ip.fragment === undefined ? '' : ` ${formatFragment(ip.fragment)}`} len ${ip.length}`);
  if (ip.fragment === undefined || ip.fragment.offset === 0) describeInner(line, ip);
}

function formatFragment(fragment: { id: number; offset: number; more: boolean }): string {
  return `fragment id ${fragment.id} offset ${fragment.offset}${fragment.more ? ' more' : ''}`;
}

/** Addresses, ports where they are known, the protocol and what it says. */
function describeTransport(line: Line, ip: IpLayer): string {
  const plain = `${ip.from} > ${ip.to}`;
  const passed = ip.headers
    .filter((header) => header !== ipProtocols.fragment)
    .map((header) => `${ipProtocolName(header)} `);
  const name = `${passed.join('')}${ipProtocolName(ip.protocol)}`;
  if (ip.fragment !== undefined && ip.fragment.offset > 0) return `${plain} ${name}`;
  const detail = describeProtocol(line, ip);
  if (detail === undefined) return `${plain} ${name}`;
  const { ports, text } = detail;
  const ends = ports === undefined ? plain : `${endpoint(ip, ip.from, ports[0])} > ${endpoint(ip, ip.to, ports[1])}`;
  return `${ends} ${name}${text === '' ? '' : ` ${text}`}`;
}

function endpoint(ip: IpLayer, address: string, port: number): string {
  return ip.version === 4 ? `${address}:${port}` : `[${address}]:${port}`;
}

interface Detail {
  readonly ports?: readonly [source: number, destination: number];
  readonly text: string;
}

/** What the header after IP says; undefined where skep does not read that protocol, or it is cut off. */
function describeProtocol(line: Line, ip: IpLayer): Detail | undefined {
  const reader = readers.get(ip.protocol);
  if (reader === undefined) return undefined;
  const detail = reader(line.bytes, ip);
  if (detail === undefined) line.truncated = true;
  return detail;
}

type DetailReader = (bytes: Uint8Array, ip: IpLayer) => Detail | undefined;

const describeTcp: DetailReader = (bytes, { start, end }) => {
  const tcp = parseTcp(bytes, start, end);
  return tcp && { ports: [tcp.source, tcp.destination], text: formatTcpFlags(tcp.flags) };
};

const describeUdp: DetailReader = (bytes, { start, end }) => {
  const udp = parseUdp(bytes, start, end);
  if (udp === undefined) return undefined;
  const isDns = udp.source === 53 || udp.destination === 53;
  const dns = isDns ? describeDns(bytes, start + 8, end) : undefined;
  return { ports: [udp.source, udp.destination], text: dns === undefined ? '' : `dns ${dns}` };
};

const describeIcmp: DetailReader = (bytes, { start, end }) => {
  const icmp = parseIcmp(bytes, start, end);
  if (icmp === undefined) return undefined;
  const isEcho = icmp.type === icmpTypes.echoRequest || icmp.type === icmpTypes.echoReply;
  return { text: `${icmpTypeName(icmp.type, icmp.code)}${isEcho ? ` id ${icmp.id} seq ${icmp.sequence}` : ''}` };
};

const describeIcmp6: DetailReader = (bytes, { start, end }) => {
  const icmp = parseIcmp(bytes, start, end);
  if (icmp === undefined) return undefined;
  const name = icmp6TypeName(icmp.type, icmp.code);
  const isEcho = icmp.type === icmpTypes.echoRequest6 || icmp.type === icmpTypes.echoReply6;
  if (isEcho) return { text: `${name} id ${icmp.id} seq ${icmp.sequence}` };
  const isNeighbor = icmp.type === 135 || icmp.type === 136;
  return { text: isNeighbor && end - start >= 24 ? `${name} ${formatIpv6(bytes, start + 8)}` : name };
};

const readers = new Map<number, DetailReader>([
  [ipProtocols.tcp, describeTcp],
  [ipProtocols.udp, describeUdp],
  [ipProtocols.icmp, describeIcmp],
  [ipProtocols.icmp6, describeIcmp6],
]);

/** The packet in a tunnel follows the outer one after a colon. */
function describeInner(line: Line, ip: IpLayer): void {
  const inner = innerPacket(line.bytes, ip);
  if (inner === undefined) return;
  if (++line.depth > MAX_DEPTH) {
    line.words.push(': more tunnels');
    return;
  }
  line.words.push(':');
  // Bytes after the outer packet are not of the inner one.
  const part: Line = { ...line, bytes: line.bytes.subarray(0, ip.end) };
  if (inner.type === etherTypes.transparentEthernet) describeFrame(part, inner.start, ip.end - inner.start);
  else if (!describeNetwork(part, inner.type, inner.start)) line.words.push(etherTypeName(inner.type));
  line.truncated = part.truncated;
}

/** The EtherType and place of what IP in IP (RFC 2003, RFC 2473) or GRE (RFC 2784, RFC 2890) carries. */
function innerPacket(bytes: Uint8Array, ip: IpLayer): { type: number; start: number } | undefined {
  const { protocol, start, end } = ip;
  if (start >= end) return undefined;
  if (protocol === ipProtocols.ipv4) return { type: etherTypes.ipv4, start };
  if (protocol === ipProtocols.ipv6) return { type: etherTypes.ipv6, start };
  if (protocol !== ipProtocols.gre || end - start < 4) return undefined;
  const flags = u16(bytes, start);
  // Version 1 (PPTP) and source routes are laid out in another way.
  if ((flags & 0x4007) !== 0) return undefined;
  const options = [0x8000, 0x2000, 0x1000].filter((flag) => (flags & flag) !== 0).length;
  return { type: u16(bytes, start + 2), start: start + 4 + options * 4 };
}
