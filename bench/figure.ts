/** One measured number: a line of `npm run bench -- NAME --json`, with the benchmark's name before it. */
export interface Figure {
  readonly group: string;
  readonly figure: string;
  /** What we measured, in `unit`. */
  readonly ours: number;
  /** What another program measured on the same machine in the same run. */
  readonly peer?: number;
  readonly peerName?: string;
  /** `ns`, `ms`, `MB`, `M instructions/s`. */
  readonly unit: string;
  /** Above 1 we are better. */
  readonly ratio?: number;
  /** What it shall be, as text: `< 150 ms`. */
  readonly target?: string;
  readonly met?: boolean;
}

/** One benchmark: `export const bench: Bench` of a module in this folder; one file for each published claim. */
export interface Bench {
  readonly name: string;
  run(): Promise<Figure[]>;
}

/** The median of repeated measurements. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
