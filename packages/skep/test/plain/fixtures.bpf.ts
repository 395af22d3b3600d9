import {
  ArrayMap,
  ArrayOfMaps,
  cstr,
  global,
  HashMap,
  HashOfMaps,
  ipv4,
  ktime,
  LruHash,
  PerCpuHash,
  ProgArray,
  printk,
  Queue,
  RingBuf,
  Stack,
  struct,
  TC,
  tc,
  u32,
  u64,
  XDP,
  xdp,
} from 'skep/bpf';
import { Eth, Ipv4 } from 'skep/bpf/net';

export const license = 'GPL';

export const Event = struct({ at: u64, src: ipv4, note: cstr(8) });
export const events = new RingBuf(Event, { bytes: 4096 });
export const tenants = new HashOfMaps(u32, new LruHash(ipv4, u64, { maxEntries: 4 }), { maxEntries: 4 });
export const versions = new ArrayOfMaps(new ArrayMap(u32, { maxEntries: 2 }), { maxEntries: 2 });
export const known = new HashMap(ipv4, u32, { maxEntries: 100 });
export const flows = new PerCpuHash(ipv4, u64, { maxEntries: 8 });
export const full = new HashMap(u32, u32, { maxEntries: 2 });
export const line = new Queue(u32, { maxEntries: 2 });
export const pile = new Stack(u32, { maxEntries: 2 });
export const last = global(struct({ src: ipv4, runs: u32 }));
export const runs = global(u64, 5n);
export const stages = new ProgArray(xdp, ['second']);

/** One event for each packet, and everything about maps of maps and variables. */
export const record = xdp((ctx): XDP => {
  const headers = ctx.parse(Eth, Ipv4);
  if (!headers) return XDP.ABORTED;
  const { src } = headers[1];
  events.emit({ at: ktime.ns(), src, note: 'seen' });
  tenants.get(ctx.ifindex)?.set(src, 1n);
  if (versions.get(0)?.get(1) === 7) return XDP.TX;
  const flow = flows.ref(src);
  if (flow) flow.value += 1n;
  else flows.set(src, 1n);
  last.src = src;
  last.runs += 1;
  runs.value += 1n;
  if (known.get(src) !== undefined) return XDP.DROP;
  known.set(src, 1);
  return XDP.PASS;
});

/** Answers of full and empty maps. */
export const edges = xdp((): XDP => {
  for (let key = 0; key < 3; key += 1) if (!full.set(key, key)) printk`full at ${key}`;
  let sum: u32 = 0;
  const visited = full.forEach((value, key) => {
    sum = u32(sum + value * 10 + key);
    return false;
  });
  printk`${visited} entries, ${sum}`;
  for (let key = 0; key < 3; key += 1) line.push(key);
  for (let key = 0; key < 3; key += 1) pile.push(key);
  const first = line.pop();
  const top = pile.pop();
  printk`${first ?? 9} ${top ?? 9}`;
  return full.delete(1) && !full.delete(1) ? XDP.DROP : XDP.PASS;
});

export const first = xdp((ctx): XDP => stages.call(ctx, 'second') ?? XDP.ABORTED);
export const second = xdp((ctx): XDP => {
  if (ctx.length > 60) return XDP.DROP;
  return stages.call(ctx, 'second') ?? XDP.TX;
});

/** Marks, and reads behind the headers. */
export const mark = tc((ctx): TC => {
  ctx.mark = ctx.length;
  if (!ctx.pull(14)) return TC.SHOT;
  const copy = ctx.copy(Eth, 0);
  if (!copy) return TC.SHOT;
  copy.type = 0;
  return ctx.mark === ctx.length && ctx.at(Eth, 0)?.type === ctx.protocol ? TC.OK : TC.PIPE;
});
