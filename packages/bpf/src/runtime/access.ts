import type { BitsLayout, IntLayout } from './layout.ts';
import type { Space } from './space.ts';

/** How a value is loaded from memory and stored into it. Stores wrap around. */
export interface Access {
  read(space: Space, at: number): unknown;
  write(space: Space, at: number, value: unknown): void;
}

/** Loads and stores of an integer. */
export function intAccess({ size, signed, network }: IntLayout): Access {
  const little = !network;
  switch (size) {
    case 1:
      return signed
        ? { read: ({ view }, at) => view.getInt8(at), write: ({ view }, at, value) => view.setInt8(at, number(value)) }
        : {
            read: ({ view }, at) => view.getUint8(at),
            write: ({ view }, at, value) => view.setUint8(at, number(value)),
          };
    case 2:
      return signed
        ? {
            read: ({ view }, at) => view.getInt16(at, little),
            write: ({ view }, at, value) => view.setInt16(at, number(value), little),
          }
        : {
            read: ({ view }, at) => view.getUint16(at, little),
            write: ({ view }, at, value) => view.setUint16(at, number(value), little),
          };
    case 4:
      return signed
        ? {
            read: ({ view }, at) => view.getInt32(at, little),
            write: ({ view }, at, value) => view.setInt32(at, number(value), little),
          }
        : {
            read: ({ view }, at) => view.getUint32(at, little),
            write: ({ view }, at, value) => view.setUint32(at, number(value), little),
          };
    case 8:
      return signed
        ? {
            read: ({ view }, at) => view.getBigInt64(at, little),
            write: ({ view }, at, value) => view.setBigInt64(at, bigint(value), little),
          }
        : {
            read: ({ view }, at) => view.getBigUint64(at, little),
            write: ({ view }, at, value) => view.setBigUint64(at, bigint(value), little),
          };
  }
}

function number(value: unknown): number {
  return Number(value);
}

function bigint(value: unknown): bigint {
  return typeof value === 'bigint' ? value : BigInt(Number(value));
}

/**
 * Loads and stores of a bit field, `start` bits (0..7) behind the most significant bit of its first byte: at most 32
 * bits in at most five bytes.
 */
export function bitsAccess({ count }: BitsLayout, start: number): Access {
  const bytes = Math.ceil((start + count) / 8);
  const after = bytes * 8 - start - count;
  const mask = 2 ** count - 1;
  if (bytes > 4) return wideBitsAccess(count, bytes, after);
  const bitMask = (mask << after) >>> 0;
  return {
    read: ({ u8 }, at) => ((load(u8, at, bytes) & bitMask) >>> after) >>> 0,
    write({ u8 }, at, value) {
      const kept = load(u8, at, bytes) & ~bitMask;
      store(u8, at, bytes, (kept | ((number(value) << after) & bitMask)) >>> 0);
    },
  };
}

/** A field over five bytes, which no bitwise operator takes at once. */
function wideBitsAccess(count: number, bytes: number, after: number): Access {
  const shift = BigInt(after);
  const mask = ((1n << BigInt(count)) - 1n) << shift;
  const whole = (u8: Uint8Array, at: number): bigint => {
    let value = 0n;
    for (let index = 0; index < bytes; index += 1) value = (value << 8n) | BigInt(u8[at + index] ?? 0);
    return value;
  };
  return {
    read: ({ u8 }, at) => Number((whole(u8, at) & mask) >> shift),
    write({ u8 }, at, value) {
      let rest = (whole(u8, at) & ~mask) | ((BigInt(Math.trunc(number(value))) << shift) & mask);
      for (let index = bytes - 1; index >= 0; index -= 1, rest >>= 8n) u8[at + index] = Number(rest & 0xffn);
    },
  };
}

function load(u8: Uint8Array, at: number, bytes: number): number {
  let value = 0;
  for (let index = 0; index < bytes; index += 1) value = (value << 8) | (u8[at + index] ?? 0);
  return value >>> 0;
}

function store(u8: Uint8Array, at: number, bytes: number, value: number): void {
  for (let index = bytes - 1, rest = value; index >= 0; index -= 1, rest >>>= 8) u8[at + index] = rest;
}
