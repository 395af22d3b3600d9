/** Answers pings to one address before the system sees them. */
import { config, ipv4, swap, type u32, XDP, xdp } from 'skep/bpf';
import { Eth, ICMP_ECHO, ICMP_ECHOREPLY, Icmp, Ipv4 } from 'skep/bpf/net';

export const address = config(ipv4, ipv4('10.10.0.1'));

export const echo = xdp((ctx): XDP => {
  const headers = ctx.parse(Eth, Ipv4, Icmp);
  if (!headers) return XDP.PASS;
  const [eth, ip, icmp] = headers;
  if (ip.dst !== address.value || ip.fragmentOffset !== 0) return XDP.PASS;
  if (icmp.type !== ICMP_ECHO || icmp.code !== 0) return XDP.PASS;

  swap(eth, 'src', 'dst');
  swap(ip, 'src', 'dst');
  icmp.type = ICMP_ECHOREPLY;
  // RFC 1624: the type went from 8 to 0, so the sum grows by 0x0800.
  const sum: u32 = icmp.checksum + 0x0800;
  icmp.checksum = (sum & 0xffff) + (sum >>> 16);
  return XDP.TX;
});
