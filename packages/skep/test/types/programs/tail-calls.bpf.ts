import { ProgArray, XDP, xdp } from 'skep/bpf';
import { Eth, Ipv4, TCP_SYN, Tcp } from 'skep/bpf/net';

export const stages = new ProgArray(xdp, ['l4', 'l7']);

export const entry = xdp((ctx): XDP => {
  const headers = ctx.parse(Eth, Ipv4);
  if (!headers) return XDP.PASS;
  return stages.call(ctx, 'l4') ?? XDP.PASS;
});
export const l4 = xdp((ctx): XDP => {
  const headers = ctx.parse(Eth, Ipv4, Tcp);
  if (!headers || (headers[2].flags & TCP_SYN) === 0) return XDP.PASS;
  return stages.call(ctx, 'l7') ?? XDP.DROP;
});
export const l7 = xdp((ctx) => stages.call(ctx, 'l4') ?? XDP.PASS);
