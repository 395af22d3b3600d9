/** What the verifier lets programs do at one byte of their context. */
export interface ContextAccess {
  readonly offset: number;
  /** Sizes in bytes of the loads that it takes. */
  readonly read: readonly number[];
  /** Sizes in bytes of the stores of a number that it takes. */
  readonly write: readonly number[];
  /** What a load gives where it is no number, in the verifier's words: `pkt`, `pkt_end`, `sock_common_or_null`. */
  readonly gives?: string;
}

/** `0:4=pkt 8:124w4`: see {@link PlatformRecord}. */
export function encodeContext(accesses: readonly ContextAccess[]): string {
  return accesses
    .map(({ offset, read, write, gives }) => {
      const stores = write.length === 0 ? '' : `w${write.join('')}`;
      return `${offset}:${read.join('')}${stores}${gives === undefined ? '' : `=${gives}`}`;
    })
    .join(' ');
}

/** The accesses of {@link encodeContext}, by offset. */
export function decodeContext(text: string): ContextAccess[] {
  return [...text.matchAll(/(\d+):(\d*)(?:w(\d+))?(?:=(\S+))?/g)].map(([, offset, read = '', write = '', gives]) => ({
    offset: Number(offset),
    read: [...read].map(Number),
    write: [...write].map(Number),
    ...(gives === undefined ? {} : { gives }),
  }));
}
