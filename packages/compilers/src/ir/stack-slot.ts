/** Bytes of the stack frame of a function. */
export interface StackSlot {
  readonly name: string;
  readonly size: number;
  readonly align: 1 | 2 | 4 | 8;
}
