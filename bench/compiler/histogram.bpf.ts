/** Lengths of packets by powers of two, for each kind of frame. */
import { array, log2, PerCpuArray, struct, type u32, u64, XDP, xdp } from 'skep/bpf';
import { ETH_P_ARP, ETH_P_IP, ETH_P_IPV6, Eth } from 'skep/bpf/net';

export const Histogram = struct({ slots: array(u64, 16), total: u64 });
export const lengths = new PerCpuArray(Histogram, { maxEntries: 4 });

function kindOf(type: u32): u32 {
  switch (type) {
    case ETH_P_IP:
      return 1;
    case ETH_P_IPV6:
      return 2;
    case ETH_P_ARP:
      return 3;
    default:
      return 0;
  }
}

export const histogram = xdp((ctx): XDP => {
  const eth = ctx.at(Eth, 0);
  if (!eth) return XDP.PASS;
  const of = lengths.get(kindOf(eth.type));
  if (!of) return XDP.PASS;
  of.slots[log2(ctx.length) & 15]! += 1n;
  of.total += u64(ctx.length);
  return XDP.PASS;
});
