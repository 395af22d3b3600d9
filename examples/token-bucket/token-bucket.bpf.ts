/**
 * A rate limiter: each IPv4 source may send `rate` packets a second, and `burst` at once. What is over that is dropped.
 */
import { config, HashMap, ipv4, ktime, lock, PerCpuArray, spinLock, struct, u64, XDP, xdp } from 'skep/bpf';
import { Eth, Ipv4 } from 'skep/bpf/net';

const SECOND = 1_000_000_000n;

export const Bucket = struct({ guard: spinLock, tokens: u64, refilled: u64 });
export const Totals = struct({ passed: u64, dropped: u64 });

export const buckets = new HashMap(ipv4, Bucket, { maxEntries: 65_536 });
export const totals = new PerCpuArray(Totals, { maxEntries: 1 });
/** Packets a second, and at once: at most 1,000,000. */
export const rate = config(u64, 100n);
export const burst = config(u64, 20n);

/** Takes a token from the bucket of `source`; false where there is none. */
function takeToken(source: ipv4): boolean {
  const now = ktime.ns();
  const bucket = buckets.getOrInsert(source, { tokens: burst.value, refilled: now });
  if (!bucket) return true;
  return lock(bucket.guard, () => {
    const elapsed = u64(now - bucket.refilled);
    const earned = u64((elapsed < SECOND ? elapsed : SECOND) * rate.value) / SECOND;
    if (earned > 0n) {
      const filled = u64(bucket.tokens + earned);
      bucket.tokens = filled < burst.value ? filled : burst.value;
      bucket.refilled = now;
    }
    if (bucket.tokens === 0n) return false;
    bucket.tokens -= 1n;
    return true;
  });
}

export const limit = xdp((ctx): XDP => {
  const headers = ctx.parse(Eth, Ipv4);
  const total = totals.get(0);
  if (!headers || !total) return XDP.PASS;
  const [, ip] = headers;
  if (takeToken(ip.src)) {
    total.passed += 1n;
    return XDP.PASS;
  }
  total.dropped += 1n;
  return XDP.DROP;
});
