import type { AnyHeader } from '../header.ts';
import type { u32 } from '../integers.ts';
import type { AnySchema, Infer } from '../schema.ts';

/** What every packet context can do. Offsets and lengths are in bytes from the start of the linear data. */
export interface PacketContext {
  /** Length of the whole packet in bytes. */
  readonly length: u32;
  readonly ifindex: u32;
  /**
   * A live view of `schema` at `offset`, or undefined where the packet is too short. The offset must have a bound
   * that the compiler can prove (SK2013). In tc only linear data can be seen: see `pull`.
   */
  at<S extends AnySchema>(schema: S, offset: number): Infer<S> | undefined;
  /**
   * Walks the headers from the start of the packet, following lengths and protocol fields. Undefined where one
   * does not fit or the packet holds another protocol.
   */
  parse<Headers extends readonly AnyHeader[]>(
    ...headers: Headers
  ): { [Index in keyof Headers]: Infer<Headers[Index]> } | undefined;
}
