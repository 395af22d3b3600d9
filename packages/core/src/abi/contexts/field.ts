/**
 * A field of a context structure and what the kernel's verifier lets programs do with it: `whole` is an access of
 * exactly its size, `narrow` also any smaller power of two, aligned, inside it.
 */
export interface ContextField {
  readonly name: string;
  readonly offset: number;
  /** Bytes. */
  readonly size: 1 | 2 | 4 | 8;
  readonly read?: 'whole' | 'narrow';
  readonly write?: 'whole' | 'narrow';
}
