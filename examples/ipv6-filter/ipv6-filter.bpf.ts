/**
 * A filter for IPv6: finds TCP, UDP and ICMPv6 behind extension headers (RFC 8200 section 4), drops what comes from
 * blocked prefixes and what goes to ports that are not open, and drops chains of headers that are too long to follow.
 */
import { HashMap, ipv6, LpmTrie, PerCpuArray, range, u16, u32, u64, XDP, type XdpContext, xdp } from 'skep/bpf';
import {
  Eth,
  IPPROTO_DSTOPTS,
  IPPROTO_FRAGMENT,
  IPPROTO_HOPOPTS,
  IPPROTO_ROUTING,
  IPPROTO_TCP,
  IPPROTO_UDP,
  Ipv6,
  Ipv6Extension,
  Ipv6Fragment,
  L4Ports,
} from 'skep/bpf/net';

const MOST_EXTENSIONS = 6;
const FARTHEST = 1024;

/** 'fd00::/8' -> 1 to drop. */
export const blocked = new LpmTrie(ipv6, u32, { maxEntries: 1024 });
/** Ports of TCP and UDP that may be reached. */
export const open = new HashMap(u16, u32, { maxEntries: 1024 });
/** By verdict. */
export const verdicts = new PerCpuArray(u64, { maxEntries: 4 });

function verdictOf(ctx: XdpContext, ip: Ipv6): XDP {
  if (blocked.match(ip.src) === 1) return XDP.DROP;

  let next: number = ip.nextHeader;
  let at = Eth.size + Ipv6.size;
  for (const _ of range(MOST_EXTENSIONS)) {
    if (next === IPPROTO_FRAGMENT) {
      const fragment = ctx.at(Ipv6Fragment, at);
      if (!fragment) return XDP.DROP;
      if (fragment.offset !== 0) return XDP.PASS;
      next = fragment.nextHeader;
      at += Ipv6Fragment.size;
    } else if (next === IPPROTO_HOPOPTS || next === IPPROTO_ROUTING || next === IPPROTO_DSTOPTS) {
      const extension = ctx.at(Ipv6Extension, at);
      if (!extension) return XDP.DROP;
      next = extension.nextHeader;
      at += (extension.length + 1) * 8;
      if (at > FARTHEST) return XDP.DROP;
    } else {
      if (next !== IPPROTO_TCP && next !== IPPROTO_UDP) return XDP.PASS;
      const ports = ctx.at(L4Ports, at);
      return ports && open.get(ports.dst) !== undefined ? XDP.PASS : XDP.DROP;
    }
  }
  return XDP.DROP;
}

export const filter = xdp((ctx): XDP => {
  const headers = ctx.parse(Eth, Ipv6);
  if (!headers) return XDP.PASS;
  const verdict = verdictOf(ctx, headers[1]);
  const packets = verdicts.ref(verdict);
  if (packets) packets.value += 1n;
  return verdict;
});
