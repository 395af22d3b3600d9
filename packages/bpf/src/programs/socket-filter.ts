import { type Program, program } from './program.ts';
import type { SkbContext } from './skb-context.ts';

/** A socket filter returns the number of bytes to keep; 0 drops. It sees the packet from the network header on. */
export function socketFilter(run: (context: SkbContext) => number): Program<'socket_filter', number> {
  return program('socket_filter', run);
}
