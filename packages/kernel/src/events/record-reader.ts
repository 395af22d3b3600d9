import type { RecordBatch } from '@skep/core/host';

/** Reads the records that programs in the kernel leave in memory shared with this process. */
export interface RecordReader {
  /** Becomes readable (poll(2)) when there are records. */
  readonly descriptor: number;
  /** Whether there is something to read. */
  readonly pending: boolean;
  /**
   * Whether what is pending was last found to be a record that a program still writes: it is there, but cannot be taken.
   */
  readonly stalled?: boolean;
  /** Records that the kernel counted as lost so far; undefined where it does not count. */
  readonly lost: number | undefined;
  /** Takes the oldest records, `most` at most, and gives their room back to the programs. */
  take(most: number): RecordBatch;
  /** Gives the memory back: nothing can be read from then on. */
  dispose(): void;
}

/** What a reader gives where there is nothing. */
export const noRecords: RecordBatch = { bytes: new Uint8Array(0), starts: [], sizes: [] };
