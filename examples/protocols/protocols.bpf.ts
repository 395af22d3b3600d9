/** Counts packets and bytes by IP protocol, for IPv4 and IPv6, behind one VLAN tag too. */
import { type Infer, PerCpuArray, struct, type u16, u64, XDP, xdp } from 'skep/bpf';
import { ETH_P_8021AD, ETH_P_8021Q, ETH_P_IP, ETH_P_IPV6, Eth, Ipv4, Ipv6, Vlan } from 'skep/bpf/net';

export const Counter = struct({ packets: u64, bytes: u64 });
/** By the number of the protocol: 6 is TCP, 17 is UDP. */
export const ip4 = new PerCpuArray(Counter, { maxEntries: 256 });
export const ip6 = new PerCpuArray(Counter, { maxEntries: 256 });
/** 0: what is not IP; 1: what is cut off. */
export const others = new PerCpuArray(Counter, { maxEntries: 2 });

export const protocols = xdp((ctx): XDP => {
  const eth = ctx.at(Eth, 0);
  if (!eth) return XDP.PASS;
  let type: u16 = eth.type;
  let at = Eth.size;
  if (type === ETH_P_8021Q || type === ETH_P_8021AD) {
    const tag = ctx.at(Vlan, at);
    if (!tag) return XDP.PASS;
    type = tag.type;
    at += Vlan.size;
  }

  let counter: Infer<typeof Counter> | undefined;
  if (type === ETH_P_IP) {
    const ip = ctx.at(Ipv4, at);
    counter = ip ? ip4.get(ip.protocol) : others.get(1);
  } else if (type === ETH_P_IPV6) {
    const ip = ctx.at(Ipv6, at);
    counter = ip ? ip6.get(ip.nextHeader) : others.get(1);
  } else {
    counter = others.get(0);
  }
  if (counter) {
    counter.packets += 1n;
    counter.bytes += u64(ctx.length);
  }
  return XDP.PASS;
});
