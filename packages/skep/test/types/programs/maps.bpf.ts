import {
  ArrayMap,
  ArrayOfMaps,
  BloomFilter,
  CgroupStorage,
  CpuMap,
  current,
  DevMap,
  exists,
  fentry,
  fexit,
  HashMap,
  HashOfMaps,
  InodeStorage,
  ipv4,
  kprobe,
  kretprobe,
  LruHash,
  PerCpuHash,
  SkStorage,
  SockHash,
  SockMap,
  struct,
  TaskStorage,
  tpBtf,
  u32,
  u64,
  XDP,
  XskMap,
  xdp,
} from 'skep/bpf';
import { Eth, Ipv4 } from 'skep/bpf/net';
export const license = 'GPL';

const Flow = struct({ src: ipv4, dst: ipv4 });
export const tenants = new HashOfMaps(u32, new LruHash(ipv4, u64, { maxEntries: 64 }), { maxEntries: 8 });
export const versions = new ArrayOfMaps(new ArrayMap(u32, { maxEntries: 4 }), { maxEntries: 2 });
export const flows = new PerCpuHash(Flow, u64, { maxEntries: 64 });
export const known = new BloomFilter(ipv4, { maxEntries: 1000 });
export const ports = new DevMap({ maxEntries: 16 });
export const cpus = new CpuMap({ maxEntries: 16 });
export const queues = new XskMap({ maxEntries: 16 });
export const sockets = new SockMap({ maxEntries: 2 });
export const byFlow = new SockHash(Flow, { maxEntries: 2 });
export const perTask = new TaskStorage(u64);
export const perInode = new InodeStorage(u64);
export const perCgroup = new CgroupStorage(u64);
export const perSocket = new SkStorage(u64);
export const calls = new HashMap(u32, u64, { maxEntries: 64 });

export const steer = xdp((ctx): XDP => {
  const headers = ctx.parse(Eth, Ipv4);
  if (!headers) return XDP.PASS;
  const [, { src, dst }] = headers;
  if (!known.has(src)) known.add(src);
  const flow = flows.ref({ src, dst });
  if (flow) flow.value += 1n;
  const tenant = tenants.get(ctx.ifindex);
  tenant?.set(src, 1n);
  const version = versions.get(0)?.get(1);
  if (version === 1) return cpus.redirect(3);
  return version === 2 ? queues.redirect(ctx.rxQueue) : ports.redirect(1, XDP.PASS);
});
export const wakeups = tpBtf('sched_switch', (_preempt, prev) => {
  const count = perTask.getOrInsert(prev, 0n);
  if (count !== undefined && exists(prev, 'start_time')) calls.set(u32(prev.pid), prev.start_time);
});
export const connecting = fentry('tcp_connect', (sk) => {
  if (sk.sk_protocol === 6) calls.set(current.pid, 1n);
});
export const connected = fexit('tcp_connect', (_sk, result) => {
  if (result < 0) calls.delete(current.pid);
});
export const probed = kprobe('tcp_connect', (sk) => {
  if (sk.sk_protocol !== 6) return;
  calls.set(1, 1n);
});
export const returned = kretprobe('tcp_connect', (result) => {
  if (result === 0) calls.set(2, 1n);
});
