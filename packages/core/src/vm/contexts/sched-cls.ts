import { schedClsFields } from '../../abi/contexts/sched-cls.ts';
import { verdictName } from '../../abi/verdicts.ts';
import type { Memory } from '../../maps/memory.ts';
import { SkbContext } from './skb.ts';

/** Return value by which a redirect takes effect. */
export const TC_ACT_REDIRECT = 7;

/** Context of traffic classifiers (Linux 4.1): the packet from its Ethernet header on, with `data` and `data_end`. */
export class SchedClsContext extends SkbContext {
  constructor(memory: Memory) {
    super(memory, schedClsFields);
  }

  verdict(code: number): string {
    return verdictName('sched_cls', code) ?? String(code | 0);
  }

  isRedirect(code: number): boolean {
    return code === TC_ACT_REDIRECT;
  }
}
