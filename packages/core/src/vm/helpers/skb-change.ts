import { SkBuff } from '../../abi/contexts/sk-buff.ts';
import { Errno } from '../../maps/errno.ts';
import { ETH_P_IP, ETH_P_IPV6, IPV4_HEADER, IPV6_HEADER, type SkbContext } from '../contexts/skb.ts';
import type { Run } from '../run.ts';
import { hasFlagsBeyond, skbOf } from './arguments.ts';
import { define, type HelperDefinition, signed, TC } from './definition.ts';

/** Longest packet these helpers make, in bytes: SKB_MAX_ALLOC where pages have 4096 bytes. */
const SKB_MAX_LENGTH = 16_064;
const PACKET_OTHERHOST = 3;

function changeHead(run: Run): number {
  const context = skbOf(run);
  const room = run.low(2);
  if (hasFlagsBeyond(run, 3, 0) || room < 0 || context.packet.length + room > SKB_MAX_LENGTH) return Errno.EINVAL;
  run.charge(context.packet.length);
  context.insert(0, room);
  context.macHeader = 0;
  context.networkHeader += room;
  return 0;
}

function changeTail(run: Run): number {
  const context = skbOf(run);
  const length = run.unsigned(2);
  const least = Math.max(0, context.networkHeader);
  if (hasFlagsBeyond(run, 3, 0) || length < least || length > SKB_MAX_LENGTH) return Errno.EINVAL;
  run.charge(Math.max(length, context.packet.length));
  context.setLength(length);
  return 0;
}

/** Only for whom the packet is may change, and only among the types that packets on the way in have. */
function changeType(run: Run): number {
  const context = skbOf(run);
  const type = run.unsigned(2);
  if (type > PACKET_OTHERHOST || context.field(SkBuff.PKT_TYPE) > PACKET_OTHERHOST) return Errno.EINVAL;
  context.setField(SkBuff.PKT_TYPE, type);
  return 0;
}

/** Makes room for the other IP header, or takes the surplus away; the program writes the header itself. */
function changeProto(run: Run): number {
  const context = skbOf(run);
  const to = (run.low(2) & 0xff) * 256 + ((run.low(2) >>> 8) & 0xff);
  if (hasFlagsBeyond(run, 3, 0)) return Errno.EINVAL;
  run.charge(context.packet.length);
  const error = resizeHeader(context, to);
  if (error !== 0) return error;
  context.protocol = to;
  context.setField(SkBuff.HASH, 0);
  return 0;
}

function resizeHeader(context: SkbContext, to: number): number {
  const difference = IPV6_HEADER - IPV4_HEADER;
  const at = context.networkHeader;
  if (context.protocol === ETH_P_IP && to === ETH_P_IPV6) {
    context.insert(at, difference);
    return 0;
  }
  if (context.protocol !== ETH_P_IPV6 || to !== ETH_P_IP) return Errno.ENOTSUPP;
  if (context.packet.length < at + difference) return Errno.ENOMEM;
  context.remove(at, difference);
  return 0;
}

/**
 * `bpf_skb_change_proto`, `_change_type` (Linux 4.8), `_change_tail` (4.9), `_change_head` (4.10). The pointers into
 * the packet that a program holds are void afterwards.
 */
export const skbChange: readonly HelperDefinition[] = [
  define('skb_change_head', TC, signed(changeHead)),
  define('skb_change_tail', TC, signed(changeTail)),
  define('skb_change_type', TC, signed(changeType)),
  define('skb_change_proto', TC, signed(changeProto)),
];
