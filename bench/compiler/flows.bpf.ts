/** Accounts for flows of TCP and UDP: packets, bytes and the flags seen. */
import { atomic, be16, ipv4, LruHash, struct, u8, u32, u64, XDP, xdp } from 'skep/bpf';
import { Eth, IPPROTO_TCP, Ipv4, L4Ports, Tcp } from 'skep/bpf/net';

export const Flow = struct({ src: ipv4, dst: ipv4, srcPort: be16, dstPort: be16, protocol: u8 });
export const Traffic = struct({ packets: u64, bytes: u64, flags: u32 });

export const flows = new LruHash(Flow, Traffic, { maxEntries: 65_536 });

export const account = xdp((ctx): XDP => {
  const headers = ctx.parse(Eth, Ipv4, L4Ports);
  if (!headers) return XDP.PASS;
  const [, ip, ports] = headers;
  const flow = Flow({ src: ip.src, dst: ip.dst, srcPort: ports.src, dstPort: ports.dst, protocol: ip.protocol });
  let flags: u32 = 0;
  if (ip.protocol === IPPROTO_TCP) {
    const segment = ctx.parse(Eth, Ipv4, Tcp);
    if (segment) flags = segment[2].flags;
  }
  const traffic = flows.getOrInsert(flow);
  if (!traffic) return XDP.PASS;
  atomic.add(traffic, 'packets', 1n);
  atomic.add(traffic, 'bytes', u64(ctx.length));
  atomic.or(traffic, 'flags', flags);
  return XDP.PASS;
});
