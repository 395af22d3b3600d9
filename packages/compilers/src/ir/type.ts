/** Memory that a pointer points into. Pointers of different kinds never point to the same byte. */
export type PointerKind =
  | 'context'
  | 'packet'
  | 'packet_end'
  | 'packet_meta'
  | 'stack'
  | 'map'
  | 'map_value'
  /** Memory that a helper handed out, such as a ring buffer record. */
  | 'memory'
  | 'socket'
  /** A kernel object that BTF describes. */
  | 'kernel'
  | 'function';

/**
 * Type of a value: a 64-bit integer, or a pointer with what it points into. A pointer may be null where its
 * instruction can give null (a lookup); comparing it with 0 tells. Instructions without a value have type `none`.
 */
export type Type = 'i64' | PointerKind | 'none';

/** Width of an operation in bits. 32 reads the low halves of its operands and zeroes the upper half of its result. */
export type Width = 32 | 64;

/** Bytes that one load or store moves. */
export type AccessSize = 1 | 2 | 4 | 8;
