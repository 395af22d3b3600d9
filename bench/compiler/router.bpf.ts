/** Sends IPv4 packets on to the next hop of their longest prefix. */
import { DevMap, ipv4, LpmTrie, mac, struct, u32, XDP, xdp } from 'skep/bpf';
import { Eth, Ipv4 } from 'skep/bpf/net';

export const NextHop = struct({ port: u32, src: mac, dst: mac });

export const routes = new LpmTrie(ipv4, NextHop, { maxEntries: 65_536 });
export const ports = new DevMap({ maxEntries: 64 });

export const router = xdp((ctx): XDP => {
  const headers = ctx.parse(Eth, Ipv4);
  if (!headers) return XDP.PASS;
  const [eth, ip] = headers;
  if (ip.ttl <= 1 || ip.ihl !== 5) return XDP.PASS;
  const hop = routes.match(ip.dst);
  if (!hop) return XDP.PASS;

  ip.ttl -= 1;
  // RFC 1624: the word of ttl and protocol went down by 0x0100.
  const sum: u32 = ip.checksum + 0x0100;
  ip.checksum = (sum & 0xffff) + (sum >>> 16);
  eth.src = hop.src;
  eth.dst = hop.dst;
  return ports.redirect(hop.port, XDP.DROP);
});
