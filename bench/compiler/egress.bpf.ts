/** Lets a cgroup send to allowed prefixes only, and counts what it may not. */
import { atomic, cgroupSkb, HashMap, ipv4, LpmTrie, u32, u64 } from 'skep/bpf';
import { ETH_P_IP, Ipv4 } from 'skep/bpf/net';

export const allowed = new LpmTrie(ipv4, u32, { maxEntries: 1024 });
export const refused = new HashMap(ipv4, u64, { maxEntries: 4096 });

export const egress = cgroupSkb((ctx) => {
  if (ctx.protocol !== ETH_P_IP) return true;
  const ip = ctx.at(Ipv4, 0);
  if (!ip) return false;
  const dst = ip.dst;
  if (allowed.match(dst) === 1) return true;
  const known = refused.ref(dst);
  if (known) atomic.add(known, 'value', 1n);
  else refused.set(dst, 1n);
  return false;
});
