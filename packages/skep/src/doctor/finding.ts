/** One thing that a machine has or lacks. */
export interface Finding {
  readonly name: string;
  readonly ok: boolean;
  /** skep does not run at all without it. */
  readonly needed: boolean;
  /** What is there. */
  readonly found: string;
  /** What it would give, and how to get it. */
  readonly gives: string;
}
