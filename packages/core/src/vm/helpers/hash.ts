import { SkBuff } from '../../abi/contexts/sk-buff.ts';
import { ETH_P_IP, ETH_P_IPV6, type SkbContext } from '../contexts/skb.ts';
import type { Run } from '../run.ts';
import { skbOf } from './arguments.ts';
import { define, type HelperDefinition, signed, TC } from './definition.ts';

const FNV_OFFSET = 0x811c_9dc5;
const FNV_PRIME = 0x0100_0193;

/** Offset and length of what makes up a flow: addresses and, right behind the IP header, ports. */
function flowBytes({ packet, protocol, networkHeader }: SkbContext): Uint8Array {
  const left = packet.length - networkHeader;
  if (protocol === ETH_P_IP && left >= 24) return packet.bytes(networkHeader + 12, 12);
  if (protocol === ETH_P_IPV6 && left >= 44) return packet.bytes(networkHeader + 8, 36);
  return packet.bytes(0, Math.min(packet.length, 14));
}

/** A hash of the flow that is never 0. The kernel's depends on a secret of that boot; this one is the same always. */
function flowHash(context: SkbContext): number {
  let hash = FNV_OFFSET;
  for (const byte of flowBytes(context)) hash = Math.imul(hash ^ byte, FNV_PRIME);
  return hash >>> 0 || 1;
}

function getHashRecalc(run: Run): void {
  const context = skbOf(run);
  if (context.field(SkBuff.HASH) === 0) context.setField(SkBuff.HASH, flowHash(context));
  run.returnUnsigned(context.field(SkBuff.HASH));
}

function setHash(run: Run): number {
  skbOf(run).setField(SkBuff.HASH, run.low(2));
  return 0;
}

function setHashInvalid(run: Run): number {
  skbOf(run).setField(SkBuff.HASH, 0);
  return 0;
}

/** `bpf_get_hash_recalc` (Linux 4.8), `bpf_set_hash_invalid` (4.9), `bpf_set_hash` (4.10). */
export const hashHelpers: readonly HelperDefinition[] = [
  define('get_hash_recalc', TC, getHashRecalc),
  define('set_hash', TC, signed(setHash)),
  define('set_hash_invalid', TC, signed(setHashInvalid)),
];
