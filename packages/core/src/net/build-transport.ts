import { SkepError } from '../base/errors.ts';
import { concat, fieldValue, type Layer, lengthValue } from './build-layer.ts';
import { checksum, transportChecksum } from './checksum.ts';
import { setU16, setU32 } from './field.ts';
import { ICMP_HEADER_SIZE, icmpTypes } from './icmp.ts';
import { ipProtocols } from './ip-protocol.ts';
import { TCP_HEADER_SIZE, tcpFlags } from './tcp.ts';
import { UDP_HEADER_SIZE } from './udp.ts';

/** Fields of a TCP header. Those that are not given are filled in; a given one is written as it is, also if wrong. */
export interface TcpFields {
  /** Port; default 49152. */
  readonly src?: number;
  /** Port; default 80. */
  readonly dst?: number;
  /** Bits as in `tcpFlags`; default SYN. */
  readonly flags?: number;
  /** Default 0. */
  readonly seq?: number;
  /** Default 0. */
  readonly ack?: number;
  /** Default 64240. */
  readonly window?: number;
  readonly checksum?: number;
  /** Option bytes; padded with zeroes to a multiple of 4, at most 40. */
  readonly options?: Uint8Array;
}

/** Fields of a UDP header. */
export interface UdpFields {
  /** Port; default 49152. */
  readonly src?: number;
  /** Port; default 53. */
  readonly dst?: number;
  /** Bytes of header and payload. */
  readonly length?: number;
  readonly checksum?: number;
}

/** Fields of an ICMP message; over IPv6 it becomes an ICMPv6 message. */
export interface IcmpFields {
  /** Default: an echo request, 8 over IPv4 and 128 over IPv6. */
  readonly type?: number;
  readonly code?: number;
  readonly id?: number;
  readonly seq?: number;
  readonly checksum?: number;
}

const DYNAMIC_PORT = 49152;

/** A TCP header (RFC 9293). @throws SKEP_BAD_VALUE for a field that does not fit */
export function tcpLayer(fields: TcpFields): Layer {
  const options = fields.options ?? new Uint8Array(0);
  if (options.length > 40) throw tooManyOptions(options.length);
  const size = TCP_HEADER_SIZE + Math.ceil(options.length / 4) * 4;
  const header = new Uint8Array(size);
  setU16(header, 0, fieldValue('the source port', fields.src ?? DYNAMIC_PORT, 16));
  setU16(header, 2, fieldValue('the destination port', fields.dst ?? 80, 16));
  setU32(header, 4, fieldValue('the sequence number', fields.seq ?? 0, 32));
  setU32(header, 8, fieldValue('the acknowledgement number', fields.ack ?? 0, 32));
  header[12] = (size / 4) << 4;
  header[13] = fieldValue('the TCP flags', fields.flags ?? tcpFlags.syn, 8);
  setU16(header, 14, fieldValue('the window', fields.window ?? 64240, 16));
  header.set(options, TCP_HEADER_SIZE);
  const sum = fields.checksum === undefined ? undefined : fieldValue('the TCP checksum', fields.checksum, 16);
  return {
    protocol: ipProtocols.tcp,
    encode(payload, _next, outer) {
      const bytes = concat(header, payload);
      setU16(bytes, 16, sum ?? segmentChecksum(bytes, ipProtocols.tcp, outer));
      return bytes;
    },
  };
}

/** A UDP header (RFC 768). @throws SKEP_BAD_VALUE for a field that does not fit */
export function udpLayer(fields: UdpFields): Layer {
  const header = new Uint8Array(UDP_HEADER_SIZE);
  setU16(header, 0, fieldValue('the source port', fields.src ?? DYNAMIC_PORT, 16));
  setU16(header, 2, fieldValue('the destination port', fields.dst ?? 53, 16));
  const length = fields.length === undefined ? undefined : fieldValue('the UDP length', fields.length, 16);
  const sum = fields.checksum === undefined ? undefined : fieldValue('the UDP checksum', fields.checksum, 16);
  return {
    protocol: ipProtocols.udp,
    encode(payload, _next, outer) {
      const bytes = concat(header, payload);
      setU16(bytes, 4, length ?? lengthValue('UDP', bytes.length));
      // 0 would say that there is no checksum, so a sum of 0 is sent as its complement (RFC 768).
      setU16(bytes, 6, sum ?? (segmentChecksum(bytes, ipProtocols.udp, outer) || 0xffff));
      return bytes;
    },
  };
}

/** An ICMP header (RFC 792, RFC 4443). @throws SKEP_BAD_VALUE for a field that does not fit */
export function icmpLayer(fields: IcmpFields): Layer {
  const header = new Uint8Array(ICMP_HEADER_SIZE);
  header[1] = fieldValue('the ICMP code', fields.code ?? 0, 8);
  setU16(header, 4, fieldValue('the ICMP identifier', fields.id ?? 0, 16));
  setU16(header, 6, fieldValue('the ICMP sequence number', fields.seq ?? 0, 16));
  const type = fields.type === undefined ? undefined : fieldValue('the ICMP type', fields.type, 8);
  const sum = fields.checksum === undefined ? undefined : fieldValue('the ICMP checksum', fields.checksum, 16);
  return {
    protocol: ipProtocols.icmp,
    encode(payload, _next, outer) {
      const overIpv6 = outer?.addresses?.source.length === 16;
      const bytes = concat(header, payload);
      bytes[0] = type ?? (overIpv6 ? icmpTypes.echoRequest6 : icmpTypes.echoRequest);
      // ICMP over IPv4 has no pseudo header.
      setU16(bytes, 2, sum ?? (overIpv6 ? segmentChecksum(bytes, ipProtocols.icmp6, outer) : checksum(bytes)));
      return bytes;
    },
  };
}

function segmentChecksum(segment: Uint8Array, protocol: number, outer: Layer | undefined): number {
  const addresses = outer?.addresses;
  return addresses === undefined
    ? checksum(segment)
    : transportChecksum(addresses.source, addresses.destination, protocol, segment);
}

function tooManyOptions(length: number): SkepError {
  return new SkepError('SKEP_BAD_VALUE', `TCP options cannot have ${length} bytes`, {
    reason: 'the header holds at most 40 bytes of options',
    remedy: 'give fewer options',
  });
}
