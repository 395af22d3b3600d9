import { ARP_SIZE } from './arp.ts';
import { addressValue, concat, fieldValue, type Layer } from './build-layer.ts';
import { ETHERNET_HEADER_SIZE, etherTypes } from './ethernet.ts';
import { setU16 } from './field.ts';
import { VLAN_TAG_SIZE } from './vlan.ts';

/** Fields of an Ethernet header. */
export interface EthernetFields {
  /** Default `02:00:00:00:00:01`. */
  readonly src?: string;
  /** Default `02:00:00:00:00:02`. */
  readonly dst?: string;
  /** EtherType; default: that of the next layer, else 0x88b5 (local experiments). */
  readonly type?: number;
}

/** Fields of an IEEE 802.1Q tag. */
export interface VlanFields {
  readonly id: number;
  /** Default 0. */
  readonly priority?: number;
  readonly dropEligible?: boolean;
  /** EtherType of what follows; default: that of the next layer. */
  readonly type?: number;
}

/** Fields of an ARP packet. */
export interface ArpFields {
  /** Default 1, a request. */
  readonly operation?: number;
  /** Default `02:00:00:00:00:01`. */
  readonly senderMac?: string;
  /** Default `10.0.0.1`. */
  readonly senderIp?: string;
  /** Default `00:00:00:00:00:00`. */
  readonly targetMac?: string;
  /** Default `10.0.0.2`. */
  readonly targetIp?: string;
}

/** Addresses of frames that name none; locally administered. */
const DEFAULT_MAC = { source: '02:00:00:00:00:01', destination: '02:00:00:00:00:02' } as const;
/** Addresses of packets that name none. */
export const DEFAULT_IPV4 = { source: '10.0.0.1', destination: '10.0.0.2' } as const;

const LOCAL_EXPERIMENT = 0x88b5;

/** An Ethernet header. @throws SKEP_BAD_VALUE for a field that does not fit */
export function ethernetLayer(fields: EthernetFields): Layer {
  const header = new Uint8Array(ETHERNET_HEADER_SIZE);
  header.set(addressValue('MAC', fields.dst ?? DEFAULT_MAC.destination), 0);
  header.set(addressValue('MAC', fields.src ?? DEFAULT_MAC.source), 6);
  const type = fields.type === undefined ? undefined : fieldValue('the EtherType', fields.type, 16);
  return {
    encode(payload, next) {
      const bytes = concat(header, payload);
      setU16(bytes, 12, type ?? next?.etherType ?? LOCAL_EXPERIMENT);
      return bytes;
    },
  };
}

/** An IEEE 802.1Q tag. @throws SKEP_BAD_VALUE for a field that does not fit */
export function vlanLayer(fields: VlanFields): Layer {
  const priority = fieldValue('the VLAN priority', fields.priority ?? 0, 3);
  const control = (priority << 13) | (fields.dropEligible ? 0x1000 : 0) | fieldValue('the VLAN', fields.id, 12);
  const type = fields.type === undefined ? undefined : fieldValue('the EtherType', fields.type, 16);
  return {
    etherType: etherTypes.vlan,
    encode(payload, next) {
      const bytes = concat(new Uint8Array(VLAN_TAG_SIZE), payload);
      setU16(bytes, 0, control);
      setU16(bytes, 2, type ?? next?.etherType ?? LOCAL_EXPERIMENT);
      return bytes;
    },
  };
}

/** An ARP packet (RFC 826). @throws SKEP_BAD_VALUE for a field that does not fit */
export function arpLayer(fields: ArpFields): Layer {
  const bytes = new Uint8Array(ARP_SIZE);
  setU16(bytes, 0, 1);
  setU16(bytes, 2, etherTypes.ipv4);
  setU16(bytes, 4, 0x0604);
  setU16(bytes, 6, fieldValue('the ARP operation', fields.operation ?? 1, 16));
  bytes.set(addressValue('MAC', fields.senderMac ?? DEFAULT_MAC.source), 8);
  bytes.set(addressValue('IPv4', fields.senderIp ?? DEFAULT_IPV4.source), 14);
  bytes.set(addressValue('MAC', fields.targetMac ?? '00:00:00:00:00:00'), 18);
  bytes.set(addressValue('IPv4', fields.targetIp ?? DEFAULT_IPV4.destination), 24);
  return { etherType: etherTypes.arp, encode: (payload) => concat(bytes, payload) };
}
