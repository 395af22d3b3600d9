import type { Memory } from '../../maps/memory.ts';
import { schedClsFields } from './sk-buff.ts';
import { SkbContext } from './skb.ts';

const verdicts = [
  'TC_ACT_UNSPEC',
  'TC_ACT_OK',
  'TC_ACT_RECLASSIFY',
  'TC_ACT_SHOT',
  'TC_ACT_PIPE',
  'TC_ACT_STOLEN',
  'TC_ACT_QUEUED',
  'TC_ACT_REPEAT',
  'TC_ACT_REDIRECT',
  'TC_ACT_TRAP',
] as const;
/** Return value by which a redirect takes effect. */
export const TC_ACT_REDIRECT = 7;

/** Context of traffic classifiers (Linux 4.1): the packet from its Ethernet header on, with `data` and `data_end`. */
export class SchedClsContext extends SkbContext {
  constructor(memory: Memory) {
    super(memory, schedClsFields);
  }

  verdict(code: number): string {
    return verdicts[(code | 0) + 1] ?? String(code | 0);
  }

  isRedirect(code: number): boolean {
    return code === TC_ACT_REDIRECT;
  }
}
