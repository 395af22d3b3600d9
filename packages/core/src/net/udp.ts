import { u16 } from './field.ts';

/** A UDP header (RFC 768), 8 bytes. */
export interface UdpHeader {
  readonly source: number;
  readonly destination: number;
  /** Of header and data, in bytes. */
  readonly length: number;
  /** 0 where the sender made none. */
  readonly checksum: number;
}

/** Size in bytes. */
export const UDP_HEADER_SIZE = 8;

/** The header at `start`, or undefined where it is cut off. */
export function parseUdp(bytes: Uint8Array, start: number, end: number = bytes.length): UdpHeader | undefined {
  if (end - start < UDP_HEADER_SIZE) return undefined;
  return {
    source: u16(bytes, start),
    destination: u16(bytes, start + 2),
    length: u16(bytes, start + 4),
    checksum: u16(bytes, start + 6),
  };
}
