/** Bytes of a record's head in a ring buffer and user ring buffer: the length with two flags, and a word of the kernel's. */
export const HEADER = 8;
/** Bit 31: the writer is not done (BPF_RINGBUF_BUSY_BIT). */
export const BUSY = 0x80000000;
/** Bit 30: the reader passes over it (BPF_RINGBUF_DISCARD_BIT). */
export const DISCARD = 0x40000000;

/** The length in a head, without the flags. */
export function recordLength(head: number): number {
  return head & 0x3fffffff;
}
