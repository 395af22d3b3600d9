import { u16 } from './field.ts';

/** EtherTypes (IEEE) that skep reads or names. */
export const etherTypes = {
  ipv4: 0x0800,
  arp: 0x0806,
  transparentEthernet: 0x6558,
  vlan: 0x8100,
  ipv6: 0x86dd,
  serviceVlan: 0x88a8,
} as const;

const names = new Map<number, string>([
  [0x0800, 'ipv4'],
  [0x0806, 'arp'],
  [0x0842, 'wake-on-lan'],
  [0x6558, 'ethernet'],
  [0x8100, 'vlan'],
  [0x8809, 'lacp'],
  [0x8847, 'mpls'],
  [0x8848, 'mpls'],
  [0x8863, 'pppoe discovery'],
  [0x8864, 'pppoe'],
  [0x86dd, 'ipv6'],
  [0x888e, 'eapol'],
  [0x88a8, 'vlan'],
  [0x88cc, 'lldp'],
  [0x88e5, 'macsec'],
  [0x88f7, 'ptp'],
]);

/** `lldp`, ..., or `type 0x88b5` for one without a name here. */
export function etherTypeName(type: number): string {
  return names.get(type) ?? `type 0x${type.toString(16).padStart(4, '0')}`;
}

/**
 * An Ethernet header, 14 bytes:
 *
 *     +0 destination   +6 source   +12 EtherType
 */
export interface EthernetHeader {
  readonly destination: Uint8Array;
  readonly source: Uint8Array;
  /** EtherType; below 1536 the length of an IEEE 802.3 frame. */
  readonly type: number;
}

/** Size in bytes. */
export const ETHERNET_HEADER_SIZE = 14;

/** The Ethernet header at `start`, or undefined where it is cut off. */
export function parseEthernet(bytes: Uint8Array, start = 0): EthernetHeader | undefined {
  if (bytes.length - start < ETHERNET_HEADER_SIZE) return undefined;
  return {
    destination: bytes.subarray(start, start + 6),
    source: bytes.subarray(start + 6, start + 12),
    type: u16(bytes, start + 12),
  };
}
