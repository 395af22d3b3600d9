import { u16 } from './field.ts';

/**
 * An IEEE 802.1Q tag after its own EtherType, 4 bytes:
 *
 *     +0 priority (3 bits), drop eligible (1), VLAN (12)   +2 EtherType of what follows
 */
export interface VlanTag {
  readonly id: number;
  readonly priority: number;
  readonly dropEligible: boolean;
  readonly type: number;
}

/** Size in bytes. */
export const VLAN_TAG_SIZE = 4;

/** The tag at `start`, or undefined where it is cut off. */
export function parseVlan(bytes: Uint8Array, start: number): VlanTag | undefined {
  if (bytes.length - start < VLAN_TAG_SIZE) return undefined;
  const control = u16(bytes, start);
  return {
    id: control & 0xfff,
    priority: control >> 13,
    dropEligible: (control & 0x1000) !== 0,
    type: u16(bytes, start + 2),
  };
}
