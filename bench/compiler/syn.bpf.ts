/** Counts attempts to connect over TCP by port, with options of any length before the payload. */
import { atomic, be16, HashMap, u64, XDP, xdp } from 'skep/bpf';
import { Eth, Ipv4, TCP_ACK, TCP_SYN, Tcp } from 'skep/bpf/net';

export const attempts = new HashMap(be16, u64, { maxEntries: 65_536 });

export const syn = xdp((ctx): XDP => {
  const headers = ctx.parse(Eth, Ipv4, Tcp);
  if (!headers) return XDP.PASS;
  const [, , tcp] = headers;
  if ((tcp.flags & (TCP_SYN | TCP_ACK)) !== TCP_SYN) return XDP.PASS;
  const known = attempts.ref(tcp.dst);
  if (known) atomic.add(known, 'value', 1n);
  else attempts.set(tcp.dst, 1n);
  return XDP.PASS;
});
