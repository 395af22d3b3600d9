import { SkBuff } from '../../abi/contexts/sk-buff.ts';
import { Errno } from '../../maps/errno.ts';
import { ETH_HLEN } from '../contexts/packet-context.ts';
import { etherType, type SkbContext, swap16 } from '../contexts/skb.ts';
import type { Run } from '../run.ts';
import { skbOf } from './arguments.ts';
import { define, type HelperDefinition, signed, TC } from './definition.ts';

const ETH_P_8021Q = 0x8100;
const ETH_P_8021AD = 0x88a8;
/** Bytes of a tag, and where it stands: behind the two addresses. */
const VLAN_HLEN = 4;
const TAG_AT = 12;
const VLAN_ETH_HLEN = 18;

function isTag(protocol: number): boolean {
  return protocol === ETH_P_8021Q || protocol === ETH_P_8021AD;
}

/** The tag beside the packet, as receive hardware hands it over. */
function setSideTag(context: SkbContext, protocol: number, tci: number, present: boolean): void {
  context.setField(SkBuff.VLAN_PRESENT, present ? 1 : 0);
  context.setField(SkBuff.VLAN_PROTO, swap16(protocol));
  context.setField(SkBuff.VLAN_TCI, tci);
}

function vlanPush(run: Run): number {
  const context = skbOf(run);
  const asked = swap16(run.low(2));
  run.charge(context.packet.length);
  if (context.field(SkBuff.VLAN_PRESENT) !== 0) {
    if (context.packet.length < TAG_AT) return Errno.ENOMEM;
    const protocol = swap16(context.field(SkBuff.VLAN_PROTO));
    context.insert(TAG_AT, VLAN_HLEN);
    context.packet.setU16(TAG_AT, protocol);
    context.packet.setU16(TAG_AT + 2, context.field(SkBuff.VLAN_TCI));
    context.protocol = protocol;
  }
  setSideTag(context, isTag(asked) ? asked : ETH_P_8021Q, run.low(3) & 0xffff, true);
  return 0;
}

/** Takes the outermost tag out of the packet and gives its TCI, or undefined where there is no room for one. */
function takeTag(context: SkbContext): number | undefined {
  if (context.packet.length < VLAN_ETH_HLEN) return undefined;
  const tci = context.packet.u16(TAG_AT + 2);
  context.remove(TAG_AT, VLAN_HLEN);
  context.networkHeader = Math.max(ETH_HLEN, context.networkHeader - VLAN_HLEN);
  context.protocol = etherType(context.packet.bytes(0, context.packet.length));
  return tci;
}

function vlanPop(run: Run): number {
  const context = skbOf(run);
  run.charge(context.packet.length);
  if (context.field(SkBuff.VLAN_PRESENT) !== 0) {
    setSideTag(context, 0, 0, false);
  } else {
    if (!isTag(context.protocol)) return 0;
    if (takeTag(context) === undefined) return Errno.ENOMEM;
  }
  // The next tag of a stack of tags moves beside the packet.
  const { protocol } = context;
  if (!isTag(protocol)) return 0;
  const tci = takeTag(context);
  if (tci === undefined) return Errno.ENOMEM;
  setSideTag(context, protocol, tci, true);
  return 0;
}

/**
 * `bpf_skb_vlan_push` and `bpf_skb_vlan_pop` (Linux 4.3). A pushed tag stands beside the packet in `vlan_proto` and
 * `vlan_tci`, and goes into the packet when a second one is pushed.
 */
export const vlanHelpers: readonly HelperDefinition[] = [
  define('skb_vlan_push', TC, signed(vlanPush)),
  define('skb_vlan_pop', TC, signed(vlanPop)),
];
