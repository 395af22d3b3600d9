/**
 * A gateway of about 100 lines, for measuring how long compiling takes: VLAN tags, IPv4 and IPv6 with extension headers,
 * limits for each source, counters and events.
 */
import {
  atomic,
  config,
  HashMap,
  ipv4,
  ipv6,
  ktime,
  LpmTrie,
  LruHash,
  PerCpuArray,
  RingBuf,
  range,
  struct,
  u8,
  u16,
  u32,
  u64,
  XDP,
  type XdpContext,
  xdp,
} from 'skep/bpf';
import {
  ETH_P_8021Q,
  ETH_P_IP,
  ETH_P_IPV6,
  Eth,
  IPPROTO_DSTOPTS,
  IPPROTO_HOPOPTS,
  IPPROTO_TCP,
  IPPROTO_UDP,
  Ipv4,
  Ipv6,
  Ipv6Extension,
  L4Ports,
  Vlan,
} from 'skep/bpf/net';

const MOST_EXTENSIONS = 3;
const WINDOW = 1_000_000_000n;

export const Counter = struct({ packets: u64, bytes: u64 });
export const Window = struct({ start: u64, packets: u64 });
export const Refusal = struct({ time: u64, source: ipv4, port: u16, protocol: u8 });

export const perVerdict = new PerCpuArray(Counter, { maxEntries: 4 });
export const windows = new LruHash(ipv4, Window, { maxEntries: 16_384 });
export const trusted = new LpmTrie(ipv6, u32, { maxEntries: 1024 });
export const ports = new HashMap(u16, u64, { maxEntries: 1024 });
export const refusals = new RingBuf(Refusal, { bytes: 1 << 16 });
export const mostPackets = config(u64, 1000n);

/** Whether the port behind `at` is one of ours; counts those that are. */
function isOpen(ctx: XdpContext, protocol: u32, at: number): boolean {
  if (protocol !== IPPROTO_TCP && protocol !== IPPROTO_UDP) return true;
  const l4 = ctx.at(L4Ports, at);
  if (!l4) return false;
  const hits = ports.ref(l4.dst);
  if (!hits) return false;
  atomic.add(hits, 'value', 1n);
  return true;
}

/** Counts a packet of `source`; false where it sent too many in this window. */
function withinLimit(source: ipv4): boolean {
  const now = ktime.ns();
  const window = windows.getOrInsert(source, { start: now });
  if (!window) return true;
  if (u64(now - window.start) > WINDOW) window.set({ start: now, packets: 0n });
  atomic.add(window, 'packets', 1n);
  return window.packets <= mostPackets.value;
}

function verdictOf(ctx: XdpContext, type: u16, at: number): XDP {
  if (type === ETH_P_IP) {
    const ip = ctx.at(Ipv4, at);
    if (!ip) return XDP.DROP;
    if (ip.fragmentOffset !== 0) return XDP.PASS;
    if (isOpen(ctx, ip.protocol, at + ip.ihl * 4) && withinLimit(ip.src)) return XDP.PASS;
    refusals.emit({ time: ktime.ns(), source: ip.src, port: ip.totalLength, protocol: ip.protocol });
    return XDP.DROP;
  }
  if (type !== ETH_P_IPV6) return XDP.PASS;
  const ip = ctx.at(Ipv6, at);
  if (!ip) return XDP.DROP;
  if (trusted.match(ip.src) === 1) return XDP.PASS;
  let next: number = ip.nextHeader;
  let end = at + Ipv6.size;
  for (const _ of range(MOST_EXTENSIONS)) {
    if (next !== IPPROTO_HOPOPTS && next !== IPPROTO_DSTOPTS) break;
    const extension = ctx.at(Ipv6Extension, end);
    if (!extension) return XDP.DROP;
    next = extension.nextHeader;
    end += extension.length * 8 + 8;
  }
  return isOpen(ctx, next, end) ? XDP.PASS : XDP.DROP;
}

export const gateway = xdp((ctx): XDP => {
  const eth = ctx.at(Eth, 0);
  if (!eth) return XDP.PASS;
  const tag = eth.type === ETH_P_8021Q ? ctx.at(Vlan, Eth.size) : undefined;
  const verdict = tag ? verdictOf(ctx, tag.type, Eth.size + Vlan.size) : verdictOf(ctx, eth.type, Eth.size);
  const counter = perVerdict.get(verdict);
  if (counter) {
    counter.packets += 1n;
    counter.bytes += u64(ctx.length);
  }
  return verdict;
});
