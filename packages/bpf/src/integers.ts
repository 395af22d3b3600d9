import { integer } from './runtime/scalar.ts';
import type { Scalar } from './schema.ts';
import type { layout, width } from './symbols.ts';

/**
 * Unsigned 8-bit integer, 0..255, a `number`.
 *
 * The integers are *flavours*: `number` or `bigint` with an optional property that no value ever has. Optional,
 * so a literal or the result of `x + 1` (which TypeScript calls `number`) flows in without a cast. A property,
 * so that `u32` to `u16` is refused: a narrow type lists fewer names than a wide one. Its key is a symbol that
 * is not exported, so completion on a number does not show it. `| undefined` is there for the error text only:
 * without it exactOptionalPropertyTypes adds a hint that does not apply.
 */
export type u8 = number & { readonly [width]?: 'u8' | undefined };

/** Unsigned 16-bit integer, 0..65535, a `number`. Takes u8. */
export type u16 = number & { readonly [width]?: 'u8' | 'u16' | undefined };

/** Unsigned 32-bit integer, 0..4294967295, a `number`. Takes u8 and u16. */
export type u32 = number & { readonly [width]?: 'u8' | 'u16' | 'u32' | undefined };

/** Signed 8-bit integer, -128..127, a `number`. */
export type i8 = number & { readonly [width]?: 'i8' | undefined };

/** Signed 16-bit integer, a `number`. Takes i8 and u8. */
export type i16 = number & { readonly [width]?: 'i8' | 'i16' | 'u8' | undefined };

/** Signed 32-bit integer, a `number`. Takes i8, i16, u8 and u16. */
export type i32 = number & { readonly [width]?: 'i8' | 'i16' | 'i32' | 'u8' | 'u16' | undefined };

/** Unsigned 64-bit integer, a `bigint`. */
export type u64 = bigint & { readonly [width]?: 'u64' | undefined };

/** Signed 64-bit integer, a `bigint`. */
export type i64 = bigint & { readonly [width]?: 'i64' | undefined };

/**
 * A 16-bit integer in network order in memory and in host order as a value: `tcp.dst === 443` needs no swap.
 * The second flavour lets `atomic` refuse such a field (the CPU would add in the wrong byte order); in every
 * other place a `be16` is a `u16` and the other way round.
 */
export type be16 = u16 & { readonly [layout]?: 'network' | undefined };

/** A 32-bit integer in network order in memory, host order as a value. */
export type be32 = u32 & { readonly [layout]?: 'network' | undefined };

/** A 64-bit integer in network order in memory, host order as a value. */
export type be64 = u64 & { readonly [layout]?: 'network' | undefined };

/** 8 bits, unsigned. */
export const u8: Scalar<u8> = integer('u8');
/** 16 bits, unsigned, in the order of the CPU. */
export const u16: Scalar<u16> = integer('u16');
/** 32 bits, unsigned. */
export const u32: Scalar<u32> = integer('u32');
/** 8 bits, signed. */
export const i8: Scalar<i8> = integer('i8');
/** 16 bits, signed. */
export const i16: Scalar<i16> = integer('i16');
/** 32 bits, signed. */
export const i32: Scalar<i32> = integer('i32');
/** 64 bits, unsigned: a bigint. */
export const u64: Scalar<u64> = integer('u64');
/** 64 bits, signed: a bigint. */
export const i64: Scalar<i64> = integer('i64');
/** 16 bits in network order. */
export const be16: Scalar<be16> = integer('be16');
/** 32 bits in network order. */
export const be32: Scalar<be32> = integer('be32');
/** 64 bits in network order: a bigint. */
export const be64: Scalar<be64> = integer('be64');
