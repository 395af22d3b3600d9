import { atomic, config, ipv4, LpmTrie, LruPerCpuHash, struct, u32, u64, XDP, xdp } from 'skep/bpf';
import { Eth, Ipv4 } from 'skep/bpf/net';

export const Counter = struct({ packets: u64, bytes: u64 });
export const Rule = struct({ action: u32, hits: u64 });

export const rules = new LpmTrie(ipv4, Rule, { maxEntries: 16_384 }); // '10.0.0.0/8' -> Rule
export const perIp = new LruPerCpuHash(ipv4, Counter, { maxEntries: 65_536 });
export const countOnly = config(u32, 0); // .rodata, fixed at load

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
