/** Counts what is inside VXLAN by network and by inner protocol. */
import { PerCpuHash, struct, u8, u32, u64, XDP, xdp } from 'skep/bpf';
import { ETH_P_IP, Eth, Ipv4, Udp, Vxlan } from 'skep/bpf/net';

const VXLAN_PORT = 4789;
export const Inside = struct({ vni: u32, protocol: u8 });
export const Counter = struct({ packets: u64, bytes: u64 });
export const networks = new PerCpuHash(Inside, Counter, { maxEntries: 4096 });

export const vxlan = xdp((ctx): XDP => {
  const headers = ctx.parse(Eth, Ipv4, Udp);
  if (!headers) return XDP.PASS;
  const [, ip, udp] = headers;
  if (udp.dst !== VXLAN_PORT || ip.ihl !== 5) return XDP.PASS;

  const start = Eth.size + Ipv4.size + Udp.size;
  const tunnel = ctx.at(Vxlan, start);
  const innerEth = ctx.at(Eth, start + Vxlan.size);
  if (!tunnel || !innerEth) return XDP.PASS;
  let protocol: u8 = 0;
  if (innerEth.type === ETH_P_IP) {
    const inner = ctx.at(Ipv4, start + Vxlan.size + Eth.size);
    if (inner) protocol = inner.protocol;
  }
  const counter = networks.getOrInsert({ vni: tunnel.vni, protocol });
  if (!counter) return XDP.PASS;
  counter.packets += 1n;
  counter.bytes += u64(ctx.length);
  return XDP.PASS;
});
