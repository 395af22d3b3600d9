const both = new BigInt64Array(1);
const halves = new Int32Array(both.buffer);
const TWO_32 = 0x1_0000_0000;

/** A time in nanoseconds, as signed halves. */
export interface TimeHalves {
  low: number;
  high: number;
}

/** Splits a time given as an integer of nanoseconds. */
export function splitTime(time: bigint, into: TimeHalves): void {
  both[0] = time;
  into.low = halves[0] ?? 0;
  into.high = halves[1] ?? 0;
}

/** The time of this process's monotonic clock. */
export function monotonicTime(into: TimeHalves): void {
  const nanoseconds = Math.round(performance.now() * 1e6);
  into.low = nanoseconds | 0;
  into.high = Math.floor(nanoseconds / TWO_32) | 0;
}
