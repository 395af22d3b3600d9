/** Translates source addresses and ports of UDP and TCP, with checksums brought up to date (RFC 1624). */
import { be16, HashMap, ipv4, struct, u16, type u32, XDP, xdp } from 'skep/bpf';
import { Eth, IPPROTO_TCP, Ipv4, L4Ports, Tcp, Udp } from 'skep/bpf/net';

export const Endpoint = struct({ ip: ipv4, port: be16 });
export const translations = new HashMap(Endpoint, Endpoint, { maxEntries: 65_536 });

/** A checksum after a word of what it covers changed. */
function updated(checksum: u16, before: u16, after: u16): u16 {
  const sum: u32 = (checksum ^ 0xffff) + (before ^ 0xffff) + after;
  const folded: u32 = (sum & 0xffff) + (sum >>> 16);
  return u16(((folded & 0xffff) + (folded >>> 16)) ^ 0xffff);
}

function updatedAddress(checksum: u16, before: ipv4, after: ipv4): u16 {
  return updated(updated(checksum, before >>> 16, after >>> 16), before & 0xffff, after & 0xffff);
}

export const nat = xdp((ctx): XDP => {
  const headers = ctx.parse(Eth, Ipv4, L4Ports);
  if (!headers) return XDP.PASS;
  const [, ip, ports] = headers;
  if (ip.fragmentOffset !== 0) return XDP.PASS;
  const before = ip.src;
  const to = translations.get({ ip: before, port: ports.src });
  if (!to) return XDP.PASS;

  if (ip.protocol === IPPROTO_TCP) {
    const segment = ctx.parse(Eth, Ipv4, Tcp);
    if (!segment) return XDP.PASS;
    const [, , tcp] = segment;
    tcp.checksum = updated(updatedAddress(tcp.checksum, before, to.ip), tcp.src, to.port);
  } else {
    const datagram = ctx.parse(Eth, Ipv4, Udp);
    if (!datagram) return XDP.PASS;
    const [, , udp] = datagram;
    if (udp.checksum !== 0) {
      udp.checksum = updated(updatedAddress(udp.checksum, before, to.ip), udp.src, to.port);
    }
  }
  ports.src = to.port;
  ip.checksum = updatedAddress(ip.checksum, before, to.ip);
  ip.src = to.ip;
  return XDP.TX;
});
