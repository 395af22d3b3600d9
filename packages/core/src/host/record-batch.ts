/** Records taken at once, as a host gives them: one buffer, and where each record lies in it. */
export interface RecordBatch {
  /** Owned by whoever took the batch. It may hold other bytes between the records. */
  readonly bytes: Uint8Array;
  /** Where each record starts in `bytes`. */
  readonly starts: readonly number[];
  /** Bytes of each record. */
  readonly sizes: readonly number[];
}

/** Puts records one after the other into one buffer. */
export function batchOf(records: readonly Uint8Array[]): RecordBatch {
  const sizes = records.map(({ length }) => length);
  const bytes = new Uint8Array(sizes.reduce((sum, size) => sum + size, 0));
  const starts: number[] = [];
  let at = 0;
  for (const record of records) {
    starts.push(at);
    bytes.set(record, at);
    at += record.length;
  }
  return { bytes, starts, sizes };
}

/** The records of a batch one by one, without a copy. */
export function recordsOf({ bytes, starts, sizes }: RecordBatch): Uint8Array[] {
  return starts.map((start, index) => bytes.subarray(start, start + (sizes[index] ?? 0)));
}
