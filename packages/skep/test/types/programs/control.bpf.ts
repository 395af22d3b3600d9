import {
  equals,
  global,
  HashMap,
  ipv4,
  lock,
  loop,
  printk,
  Queue,
  range,
  Stack,
  spinLock,
  struct,
  subprogram,
  swap,
  u32,
  u64,
  XDP,
  xdp,
} from 'skep/bpf';
import { Arp, ETH_P_8021Q, Eth, Ipv4, Vlan } from 'skep/bpf/net';

export const license = 'GPL';

const Bucket = struct({ guard: spinLock, tokens: u64, refilled: u64 });
export const buckets = new HashMap(ipv4, Bucket, { maxEntries: 1024 });
export const Totals = struct({ packets: u64, bytes: u64 });
export const totals = global(Totals);
export const drops = global(u64);
export const recent = new Queue(u32, { maxEntries: 64 });
export const undo = new Stack(Totals, { maxEntries: 64 });

const mix = subprogram((a: u32, b: u32): u32 => u32(a ^ b));

export const limit = xdp((ctx): XDP => {
  totals.packets += 1n;
  totals.bytes += u64(ctx.length);

  const eth = ctx.at(Eth, 0);
  if (!eth) return XDP.PASS;
  let at = Eth.size;
  let type = eth.type;
  for (const _ of range(2)) {
    // a VLAN stack
    if (type !== ETH_P_8021Q) break;
    const tag = ctx.at(Vlan, at);
    if (!tag) return XDP.DROP;
    type = tag.type;
    at += Vlan.size;
  }
  const arp = ctx.at(Arp, at);
  if (arp && equals(arp.senderMac, eth.src)) swap(eth, 'src', 'dst');

  const ip = ctx.at(Ipv4, at);
  if (!ip) return XDP.PASS;
  const bucket = buckets.getOrInsert(ip.src, { tokens: 100n });
  if (!bucket) return XDP.PASS;
  const allowed = lock(bucket.guard, () => {
    if (bucket.tokens === 0n) return false;
    bucket.tokens -= 1n;
    return true;
  });

  let sum: u32 = 0;
  loop(100, (i) => {
    sum = mix(sum, i);
  });
  let entries = 0;
  buckets.forEach((value, key) => {
    if (value.tokens === 0n && key !== ip.src) entries += 1;
    return entries > 10;
  });
  recent.push(sum);
  undo.push({ packets: 1n, bytes: 2n });
  if (!allowed) {
    drops.value += 1n;
    printk`drop ${ip.src}: ${entries} empty, ${totals.bytes} bytes`;
    return XDP.DROP;
  }
  return XDP.PASS;
});
