/**
 * Marks packets on their way into or out of the network stack, so that routing rules and queues can tell them apart:
 * by the port of the service, else by the DSCP of the IP header.
 */
import { be16, HashMap, PerCpuArray, struct, TC, tc, u8, u32, u64 } from 'skep/bpf';
import { Eth, Ipv4, L4Ports } from 'skep/bpf/net';

export const Class = struct({ mark: u32, priority: u32 });

export const byPort = new HashMap(be16, Class, { maxEntries: 1024 });
export const byDscp = new HashMap(u8, Class, { maxEntries: 64 });
export const marked = new PerCpuArray(u64, { maxEntries: 1 });

export const marker = tc((ctx): TC => {
  const headers = ctx.parse(Eth, Ipv4);
  if (!headers) return TC.OK;
  const [, ip] = headers;

  const l4 = ctx.parse(Eth, Ipv4, L4Ports);
  const byService = l4 && ip.fragmentOffset === 0 ? (byPort.get(l4[2].dst) ?? byPort.get(l4[2].src)) : undefined;
  const chosen = byService ?? byDscp.get(ip.dscp);
  if (!chosen) return TC.OK;
  ctx.mark = chosen.mark;
  ctx.priority = chosen.priority;
  const count = marked.ref(0);
  if (count) count.value += 1n;
  return TC.OK;
});
