import type { u32 } from '../integers.ts';

/** A referenced kernel socket: every path must `release` it. */
export interface Socket {
  readonly family: u32;
  readonly state: u32;
  release(): void;
}
