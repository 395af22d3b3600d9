/** Puts packets of known hosts into their VLAN. */
import { HashMap, mac, u16, XDP, xdp } from 'skep/bpf';
import { ETH_P_8021Q, Eth, Vlan } from 'skep/bpf/net';

export const vlanOf = new HashMap(mac, u16, { maxEntries: 4096 });

export const vlanPush = xdp((ctx): XDP => {
  const eth = ctx.at(Eth, 0);
  if (!eth || eth.type === ETH_P_8021Q) return XDP.PASS;
  const id = vlanOf.get(eth.src);
  if (id === undefined) return XDP.PASS;
  const old = eth.copy();
  if (!ctx.adjustHead(-Vlan.size)) return XDP.ABORTED;
  const moved = ctx.parse(Eth);
  const tag = ctx.at(Vlan, Eth.size);
  if (!moved || !tag) return XDP.ABORTED;
  moved[0].set({ dst: old.dst, src: old.src, type: ETH_P_8021Q });
  tag.set({ id: id & 0xfff, type: old.type });
  return XDP.PASS;
});
