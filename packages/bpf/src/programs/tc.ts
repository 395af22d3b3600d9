import { type Program, program } from './program.ts';
import type { SkbContext } from './skb-context.ts';
import type { TC } from './verdicts.ts';

/** A traffic classifier (Linux 4.1): sees packets that enter or leave the network stack. */
export function tc(run: (context: SkbContext) => TC): Program<'tc', TC> {
  return program('tc', run);
}
