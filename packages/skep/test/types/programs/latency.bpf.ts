import { array, atomic, cstr, HashMap, ktime, LruHash, log2, struct, tpBtf, u32, u64 } from 'skep/bpf';
export const license = 'GPL';
const Hist = struct({ slots: array(u64, 32), comm: cstr(16) });
export const started = new LruHash(u32, u64, { maxEntries: 10_240 });
export const hists = new HashMap(u32, Hist, { maxEntries: 10_240 });

export const onSwitch = tpBtf('sched_switch', (_preempt, prev, next) => {
  // on-CPU time per process
  const now = ktime.ns();
  started.set(u32(next.pid), now);
  const since = started.get(u32(prev.pid));
  if (since === undefined || prev.tgid === 0) return;
  const hist = hists.getOrInsert(u32(prev.tgid), { comm: prev.comm });
  if (hist) atomic.add(hist.slots, log2(u64(now - since) / 1000n) & 31, 1n); // & 31: proven in range
});
