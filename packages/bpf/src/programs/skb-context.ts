import type { u16, u32 } from '../integers.ts';
import type { AnySchema, Infer } from '../schema.ts';
import type { PacketContext } from './packet-context.ts';

export interface SkbContext extends PacketContext {
  mark: u32;
  priority: u32;
  /** EtherType, host order. */
  readonly protocol: u16;
  readonly hash: u32;
  /** Makes the first `length` bytes linear so that `at` can see them. Ends the life of earlier views. */
  pull(length: number): boolean;
  /** A copy of `schema` at `offset` from anywhere in the packet, or undefined. Writes to it stay on the stack. */
  copy<S extends AnySchema>(schema: S, offset: number): Infer<S> | undefined;
}
