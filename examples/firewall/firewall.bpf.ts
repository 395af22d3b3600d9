/**
 * A firewall for a network card: counts IPv4 packets by source address, and drops those whose source the longest
 * matching prefix in `rules` tells it to.
 */
import { atomic, config, ipv4, LpmTrie, LruPerCpuHash, struct, u32, u64, XDP, xdp } from 'skep/bpf';
import { Eth, Ipv4 } from 'skep/bpf/net';

export const Counter = struct({ packets: u64, bytes: u64 });
export const Rule = struct({ action: u32, hits: u64 });

/** '10.0.0.0/8' -> what to do with packets from there. */
export const rules = new LpmTrie(ipv4, Rule, { maxEntries: 16_384 });
export const perIp = new LruPerCpuHash(ipv4, Counter, { maxEntries: 65_536 });
/** Not 0: nothing is dropped. Fixed when the program is loaded. */
export const countOnly = config(u32, 0);

export const firewall = xdp((ctx): XDP => {
  const headers = ctx.parse(Eth, Ipv4);
  if (!headers) return XDP.PASS;
  const [, ip] = headers;

  const counter = perIp.getOrInsert(ip.src);
  if (counter) {
    counter.packets += 1n;
    counter.bytes += u64(ctx.length);
  }
  const rule = rules.match(ip.src);
  if (!rule) return XDP.PASS;
  atomic.add(rule, 'hits', 1n);
  return rule.action === XDP.DROP && countOnly.value === 0 ? XDP.DROP : XDP.PASS;
});
