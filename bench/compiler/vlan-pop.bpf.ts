/** Takes the tag of one VLAN off. */
import { config, u16, XDP, xdp } from 'skep/bpf';
import { Eth, Vlan } from 'skep/bpf/net';

export const vlan = config(u16, 10);

export const vlanPop = xdp((ctx): XDP => {
  const headers = ctx.parse(Eth, Vlan);
  if (!headers) return XDP.PASS;
  const [eth, tag] = headers;
  if (tag.id !== vlan.value) return XDP.PASS;
  const type = tag.type;
  const old = eth.copy();
  if (!ctx.adjustHead(Vlan.size)) return XDP.ABORTED;
  const moved = ctx.at(Eth, 0);
  if (!moved) return XDP.ABORTED;
  moved.set({ dst: old.dst, src: old.src, type });
  return XDP.PASS;
});
