import type { u64 } from '../integers.ts';
import { environment } from '../runtime/environment.ts';

/** Clocks, in nanoseconds. */
export const ktime: {
  /** CLOCK_MONOTONIC: stops while the machine sleeps. */
  ns(): u64;
  /** CLOCK_BOOTTIME (Linux 5.8). */
  bootNs(): u64;
} = {
  ns() {
    return environment().time();
  },
  bootNs() {
    return environment().time();
  },
};
