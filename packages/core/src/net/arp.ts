import { u16 } from './field.ts';

/** An ARP packet for IPv4 over Ethernet (RFC 826), 28 bytes. */
export interface ArpPacket {
  /** 1 request, 2 reply. */
  readonly operation: number;
  readonly senderMac: Uint8Array;
  readonly senderIp: Uint8Array;
  readonly targetMac: Uint8Array;
  readonly targetIp: Uint8Array;
}

/** Size in bytes. */
export const ARP_SIZE = 28;

/** The ARP packet at `start`, or undefined where it is cut off or not for IPv4 over Ethernet. */
export function parseArp(bytes: Uint8Array, start: number): ArpPacket | undefined {
  if (bytes.length - start < ARP_SIZE) return undefined;
  const addressSizes = u16(bytes, start + 4);
  if (u16(bytes, start) !== 1 || u16(bytes, start + 2) !== 0x0800 || addressSizes !== 0x0604) return undefined;
  return {
    operation: u16(bytes, start + 6),
    senderMac: bytes.subarray(start + 8, start + 14),
    senderIp: bytes.subarray(start + 14, start + 18),
    targetMac: bytes.subarray(start + 18, start + 24),
    targetIp: bytes.subarray(start + 24, start + 28),
  };
}
