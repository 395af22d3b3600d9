/** Counts packets and bytes by IP protocol, for IPv4 and IPv6, behind one VLAN tag too. */
import { PerCpuArray, struct, type u16, u64, XDP, type XdpContext, xdp } from 'skep/bpf';
import { ETH_P_8021AD, ETH_P_8021Q, ETH_P_IP, ETH_P_IPV6, Eth, Ipv4, Ipv6, Vlan } from 'skep/bpf/net';

export const Counter = struct({ packets: u64, bytes: u64 });
/** By the number of the protocol: 6 is TCP, 17 is UDP. */
export const ip4 = new PerCpuArray(Counter, { maxEntries: 256 });
export const ip6 = new PerCpuArray(Counter, { maxEntries: 256 });
/** 0: what is not IP; 1: what is cut off. */
export const others = new PerCpuArray(Counter, { maxEntries: 2 });

/** The counter of a packet whose IP header, if it is of that type, is at `at`. */
function counterOf(ctx: XdpContext, type: u16, at: number) {
  if (type === ETH_P_IP) {
    const ip = ctx.at(Ipv4, at);
    return ip ? ip4.get(ip.protocol) : others.get(1);
  }
  if (type === ETH_P_IPV6) {
    const ip = ctx.at(Ipv6, at);
    return ip ? ip6.get(ip.nextHeader) : others.get(1);
  }
  return others.get(0);
}

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
  const counter = counterOf(ctx, type, at);
  if (counter) {
    counter.packets += 1n;
    counter.bytes += u64(ctx.length);
  }
  return XDP.PASS;
});
