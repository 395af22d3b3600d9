import { hexBytes } from '../base/bytes.ts';
import { SkepError } from '../base/errors.ts';
import type { Btf } from '../btf/reader.ts';
import { shapeOf } from '../btf/shape.ts';
import type { TypeId } from '../btf/types.ts';
import { decodeValue, encodeValue, parseValue, type Value } from '../btf/value.ts';

/** A value as userland gives it: by its type, or as the bytes themselves. */
export type Input = Value | Uint8Array;

/** Translates between the bytes of a key or value and what userland sees. */
export interface Codec {
  /** Bytes of the encoded form. */
  readonly size: number;
  decode(bytes: Uint8Array): Value;
  /** What stands at an offset of many encoded values: the short way, where there is one. */
  readonly decodeAt?: (view: DataView, offset: number) => Value;
  /** @throws SKEP_BAD_VALUE where `value` does not fit. */
  encode(value: Input): Uint8Array;
  /** Reads text as a person types it. @throws SKEP_BAD_VALUE. */
  parse(text: string): Uint8Array;
}

/** Lets bytes of the right size through, so that every codec takes raw bytes. */
function orBytes(size: number, encode: (value: Value) => Uint8Array): (value: Input) => Uint8Array {
  return (value) => {
    if (!(value instanceof Uint8Array)) return encode(value);
    if (value.length === size) return value;
    throw wrongSize(`${value.length} bytes`, size);
  };
}

function wrongSize(what: string, size: number): SkepError {
  return new SkepError('SKEP_BAD_VALUE', `${what} where ${size} are needed`, {
    remedy: `give exactly ${size} bytes`,
  });
}

/** Values of a BTF type, by the conventions of `btf/value.ts`. `size` is that of the map. */
export function typeCodec(btf: Btf, type: TypeId, size: number): Codec {
  const codec = plainTypeCodec(btf, type, size);
  // The sections of data have a type, but no value of their own.
  if (btf.kind(type) === 'datasec') return codec;
  const shape = shapeOf(btf, type);
  if (shape.as !== 'integer' || shape.bigEndian || shape.signed) return codec;
  if (size === 4) return { ...codec, ...words, encode: (value) => wordOf(value) ?? codec.encode(value) };
  return size === 8 ? { ...codec, ...longs, encode: (value) => longOf(value) ?? codec.encode(value) } : codec;
}

const words: Pick<Codec, 'decode' | 'decodeAt'> = {
  decode: readWord,
  decodeAt: (view, offset) => view.getUint32(offset, true),
};
const longs: Pick<Codec, 'decode' | 'decodeAt'> = {
  decode: readLong,
  decodeAt: (view, offset) => view.getBigUint64(offset, true),
};

/** Numbers of 32 and 64 bits are what most maps are made of: they take the short way. */
function readWord(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
}

function wordOf(value: Input): Uint8Array | undefined {
  if (typeof value !== 'number' || value >>> 0 !== value) return undefined;
  return Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24);
}

function readLong(bytes: Uint8Array): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
}

function longOf(value: Input): Uint8Array | undefined {
  if (typeof value !== 'bigint' || BigInt.asUintN(64, value) !== value) return undefined;
  return new Uint8Array(BigUint64Array.of(value).buffer);
}

function plainTypeCodec(btf: Btf, type: TypeId, size: number): Codec {
  return {
    size,
    decode: (bytes) => decodeValue(btf, type, bytes),
    encode: orBytes(size, (value) => encodeValue(btf, type, value)),
    parse: (text) => parseValue(btf, type, text),
  };
}

/** Bytes without a type: hex bytes `0a 00 00 01`; a number is taken as a little-endian integer of that size. */
export function hexCodec(size: number): Codec {
  return {
    size,
    decode: hexBytes,
    encode: orBytes(size, (value) => {
      if (typeof value === 'number' || typeof value === 'bigint') return littleEndian(value, size);
      return parseHex(String(value), size);
    }),
    parse: (text) => parseHex(text, size),
  };
}

/** The 4-byte index of an array: a number. */
export const indexCodec: Codec = {
  size: 4,
  ...words,
  encode: orBytes(4, (value) => {
    const word = wordOf(value);
    if (word !== undefined) return word;
    if (typeof value !== 'number' && typeof value !== 'bigint') throw notAnIndex(String(value));
    return littleEndian(value, 4);
  }),
  parse: (text) => {
    if (!/^(\d+|0[xX][0-9a-fA-F]+)$/.test(text.trim())) throw notAnIndex(text);
    return littleEndian(BigInt(text.trim()), 4);
  },
};

function notAnIndex(found: string): SkepError {
  return new SkepError('SKEP_BAD_VALUE', `'${found}' is not an index`, { remedy: 'write a number from 0' });
}

function parseHex(text: string, size: number): Uint8Array {
  const digits = text.replaceAll(/0x|[\s:,]/gi, '');
  if (!/^([0-9a-f]{2})*$/i.test(digits)) {
    throw new SkepError('SKEP_BAD_VALUE', `'${text}' is not hex bytes`, {
      reason: 'the program gives no type for it',
      remedy: `write ${size} bytes like this: ${hexBytes(new Uint8Array(Math.min(size, 4)))}${size > 4 ? ' ...' : ''}`,
    });
  }
  if (digits.length !== size * 2) throw wrongSize(`${digits.length / 2} bytes in '${text}'`, size);
  return Uint8Array.from({ length: size }, (_, index) => Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16));
}

/** The two's complement of an integer in `size` bytes. @throws SKEP_BAD_VALUE where it does not fit. */
export function littleEndian(value: number | bigint, size: number): Uint8Array {
  const bits = BigInt(size * 8);
  const whole = typeof value === 'bigint' || Number.isInteger(value) ? BigInt(value) : undefined;
  if (whole === undefined || whole >= 1n << bits || whole < -(1n << bits) / 2n) {
    throw new SkepError('SKEP_BAD_VALUE', `${value} does not fit in ${size} bytes`, {
      remedy: `use an integer from 0 to 2^${bits} - 1`,
    });
  }
  let rest = BigInt.asUintN(size * 8, whole);
  return Uint8Array.from({ length: size }, () => {
    const byte = Number(rest & 0xffn);
    rest >>= 8n;
    return byte;
  });
}
