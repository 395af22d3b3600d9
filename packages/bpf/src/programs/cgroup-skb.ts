import { type Program, program } from './program.ts';
import type { SkbContext } from './skb-context.ts';

/** A cgroup packet filter (Linux 4.10) returns true to let the packet go. */
export function cgroupSkb(run: (context: SkbContext) => boolean): Program<'cgroup_skb', boolean> {
  return program('cgroup_skb', run);
}
