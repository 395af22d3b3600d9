import { addressValue, concat, fieldValue, type Layer, lengthValue } from './build-layer.ts';
import { DEFAULT_IPV4 } from './build-link.ts';
import { checksum } from './checksum.ts';
import { etherTypes } from './ethernet.ts';
import { setU16, setU32 } from './field.ts';
import { ipProtocols } from './ip-protocol.ts';
import { IPV4_HEADER_SIZE } from './ipv4.ts';
import { IPV6_HEADER_SIZE } from './ipv6.ts';

/** Fields of an IPv4 header. Those that are not given are filled in; a given one is written as it is, also if wrong. */
export interface Ipv4Fields {
  /** Default `10.0.0.1`. */
  readonly src?: string;
  /** Default `10.0.0.2`. */
  readonly dst?: string;
  /** Default 64. */
  readonly ttl?: number;
  /** Default: that of the next layer, else 253 (experiments, RFC 3692). */
  readonly protocol?: number;
  readonly tos?: number;
  readonly id?: number;
  readonly dontFragment?: boolean;
  readonly moreFragments?: boolean;
  /** In bytes, a multiple of 8. */
  readonly fragmentOffset?: number;
  /** Bytes of header and payload. */
  readonly totalLength?: number;
  readonly checksum?: number;
}

/** Fields of an IPv6 header. Those that are not given are filled in; a given one is written as it is, also if wrong. */
export interface Ipv6Fields {
  /** Default `fd00::1`. */
  readonly src?: string;
  /** Default `fd00::2`. */
  readonly dst?: string;
  /** Default 64. */
  readonly hopLimit?: number;
  /** Default: that of the next layer, else 253 (experiments, RFC 3692). */
  readonly nextHeader?: number;
  readonly trafficClass?: number;
  readonly flowLabel?: number;
  /** Bytes after the header. */
  readonly payloadLength?: number;
}

const EXPERIMENT = 253;

/** An IPv4 header (RFC 791) without options. @throws SKEP_BAD_VALUE for a field that does not fit */
export function ipv4Layer(fields: Ipv4Fields): Layer {
  const source = addressValue('IPv4', fields.src ?? DEFAULT_IPV4.source);
  const destination = addressValue('IPv4', fields.dst ?? DEFAULT_IPV4.destination);
  const header = new Uint8Array(IPV4_HEADER_SIZE);
  header[0] = 0x45;
  header[1] = fieldValue('the type of service', fields.tos ?? 0, 8);
  setU16(header, 4, fieldValue('the identification', fields.id ?? 0, 16));
  setU16(header, 6, fragmentField(fields));
  header[8] = fieldValue('the TTL', fields.ttl ?? 64, 8);
  header.set(source, 12);
  header.set(destination, 16);
  const protocol = given('the protocol', fields.protocol, 8);
  const totalLength = given('the total length', fields.totalLength, 16);
  const sum = given('the IPv4 checksum', fields.checksum, 16);
  return {
    etherType: etherTypes.ipv4,
    protocol: ipProtocols.ipv4,
    addresses: { source, destination },
    encode(payload, next) {
      const bytes = concat(header, payload);
      setU16(bytes, 2, totalLength ?? lengthValue('IPv4', bytes.length));
      bytes[9] = protocol ?? next?.protocol ?? EXPERIMENT;
      setU16(bytes, 10, sum ?? checksum(bytes, 0, IPV4_HEADER_SIZE));
      return bytes;
    },
  };
}

function fragmentField(fields: Ipv4Fields): number {
  const units = fieldValue('the fragment offset in units of 8 bytes', (fields.fragmentOffset ?? 0) / 8, 13);
  return (fields.dontFragment ? 0x4000 : 0) | (fields.moreFragments ? 0x2000 : 0) | units;
}

/** An IPv6 header (RFC 8200). @throws SKEP_BAD_VALUE for a field that does not fit */
export function ipv6Layer(fields: Ipv6Fields): Layer {
  const source = addressValue('IPv6', fields.src ?? 'fd00::1');
  const destination = addressValue('IPv6', fields.dst ?? 'fd00::2');
  const header = new Uint8Array(IPV6_HEADER_SIZE);
  const trafficClass = fieldValue('the traffic class', fields.trafficClass ?? 0, 8);
  setU32(header, 0, 0x60000000 + trafficClass * 2 ** 20 + fieldValue('the flow label', fields.flowLabel ?? 0, 20));
  header[7] = fieldValue('the hop limit', fields.hopLimit ?? 64, 8);
  header.set(source, 8);
  header.set(destination, 24);
  const nextHeader = given('the next header', fields.nextHeader, 8);
  const payloadLength = given('the payload length', fields.payloadLength, 16);
  return {
    etherType: etherTypes.ipv6,
    protocol: ipProtocols.ipv6,
    addresses: { source, destination },
    encode(payload, next) {
      const bytes = concat(header, payload);
      setU16(bytes, 4, payloadLength ?? lengthValue('IPv6', payload.length));
      // ICMP over IPv6 is another protocol than over IPv4.
      const following = next?.protocol === ipProtocols.icmp ? ipProtocols.icmp6 : next?.protocol;
      bytes[6] = nextHeader ?? following ?? EXPERIMENT;
      return bytes;
    },
  };
}

function given(name: string, value: number | undefined, bits: number): number | undefined {
  return value === undefined ? undefined : fieldValue(name, value, bits);
}
