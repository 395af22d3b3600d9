import type { Run } from '../run.ts';
import { returnPair } from './arguments.ts';
import { ALL, define, type HelperDefinition } from './definition.ts';

/** Nanoseconds of one jiffy where the kernel is built with HZ=250, as distributions do. */
const JIFFY = 4_000_000;
const TWO_32 = 2 ** 32;

function time(run: Run): void {
  returnPair(run, run.timeLow, run.timeHigh);
}

function jiffies64(run: Run): void {
  // Exact: the high half's share and the low half's are divided apart, with the remainder carried over.
  const upper = run.timeHigh >>> 0;
  const whole = Math.floor(upper / JIFFY);
  const rest = (upper % JIFFY) * TWO_32 + (run.timeLow >>> 0);
  const jiffies = Math.floor(rest / JIFFY);
  returnPair(run, jiffies | 0, whole + Math.floor(jiffies / TWO_32));
}

/**
 * `bpf_ktime_get_ns` (Linux 4.1), `_boot_ns` (5.8), `_coarse_ns` (5.11), `_tai_ns` (6.1), `bpf_jiffies64` (5.6). The
 * VM has one clock, which stands still during a run: all of them give the time of the run.
 */
export const timeHelpers: readonly HelperDefinition[] = [
  define('ktime_get_ns', ALL, time),
  define('ktime_get_boot_ns', ALL, time),
  define('ktime_get_coarse_ns', ALL, time),
  define('ktime_get_tai_ns', ALL, time),
  define('jiffies64', ALL, jiffies64),
];
