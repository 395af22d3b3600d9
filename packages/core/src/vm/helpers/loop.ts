import { Errno } from '../../maps/errno.ts';
import type { Run } from '../run.ts';
import { hasFlagsBeyond, high } from './arguments.ts';
import { ALL, define, type HelperDefinition, signed } from './definition.ts';

/** Most turns of one loop. */
const MAX_LOOPS = 1 << 23;

/** Calls `callback(index, ctx)` until it returns something other than 0; gives the number of calls. */
function loop(run: Run): number {
  const count = run.unsigned(1);
  const callback = run.function(2);
  const context = run.low(3);
  const contextHigh = high(run, 3);
  if (hasFlagsBeyond(run, 4, 0)) return Errno.EINVAL;
  if (count > MAX_LOOPS) return Errno.E2BIG;
  for (let index = 0; index < count; index++) {
    if (run.callback(callback, index, 0, context, contextHigh) !== 0) return index + 1;
  }
  return count;
}

/** `bpf_loop` (Linux 5.17). */
export const loopHelpers: readonly HelperDefinition[] = [define('loop', ALL, signed(loop))];
