/**
 * Counts packets by VLAN, through up to two tags (IEEE 802.1Q in 802.1ad); drops frames with more, as they would get
 * past a filter that looks behind two.
 */
import { atomic, HashMap, range, struct, u16, u32, u64, XDP, xdp } from 'skep/bpf';
import { ETH_P_8021AD, ETH_P_8021Q, Eth, Vlan } from 'skep/bpf/net';

export const Vlans = struct({ outer: u16, inner: u16 });
export const Counter = struct({ packets: u64, bytes: u64 });

/** 0 stands for no tag. */
export const byVlan = new HashMap(Vlans, Counter, { maxEntries: 4096 });
export const byType = new HashMap(u32, u64, { maxEntries: 256 });

const isTag = (type: u16): boolean => type === ETH_P_8021Q || type === ETH_P_8021AD;

export const vlans = xdp((ctx): XDP => {
  const eth = ctx.at(Eth, 0);
  if (!eth) return XDP.PASS;
  let type = eth.type;
  let at = Eth.size;
  let outer: u16 = 0;
  let inner: u16 = 0;
  for (const depth of range(2)) {
    if (!isTag(type)) break;
    const tag = ctx.at(Vlan, at);
    if (!tag) return XDP.DROP;
    if (depth === 0) outer = tag.id;
    else inner = tag.id;
    type = tag.type;
    at += Vlan.size;
  }
  if (isTag(type)) return XDP.DROP;

  const counter = byVlan.getOrInsert({ outer, inner });
  if (counter) {
    atomic.add(counter, 'packets', 1n);
    atomic.add(counter, 'bytes', u64(ctx.length));
  }
  const packets = byType.ref(type);
  if (packets) atomic.add(packets, 'value', 1n);
  else byType.set(type, 1n);
  return XDP.PASS;
});
