import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from '../base/address.ts';
import { SkepError } from '../base/errors.ts';
import type { Value } from '../btf/value.ts';
import { type Codec, type Input, littleEndian } from './codec.ts';

/** Bytes of the prefix length that every LPM key starts with (`struct bpf_lpm_trie_key`). */
export const LENGTH_SIZE = 4;

/**
 * Keys of an LPM trie (Linux 4.11). Addresses have the CIDR form, `10.0.0.0/8` and `fd00::/8`; one without a length
 * is that one address. Other keys are `{ prefixLength, data }`, the data as `data` has it.
 *
 *     +----------------------+------------------------------+
 *     | prefix length, u32   | data, most significant first |
 *     +----------------------+------------------------------+
 */
export function prefixCodec(data: Codec, isAddress: boolean): Codec {
  const size = LENGTH_SIZE + data.size;
  if (isAddress && data.size === 4) return cidrCodec(size, formatIpv4, parseIpv4);
  if (isAddress && data.size === 16) return cidrCodec(size, formatIpv6, parseIpv6);
  return {
    size,
    decode: (bytes) => ({ prefixLength: lengthOf(bytes), data: data.decode(bytes.subarray(LENGTH_SIZE)) }),
    encode: (value) => encodeRecord(value, size, data),
    parse: (text) => {
      const [, body, length] = /^(.*?)(?:\/(\d+))?$/s.exec(text) ?? [];
      return join(length === undefined ? data.size * 8 : Number(length), data.parse(body ?? ''), text);
    },
  };
}

function cidrCodec(
  size: number,
  format: (bytes: Uint8Array) => string,
  parse: (text: string) => Uint8Array | undefined,
): Codec {
  const bits = (size - LENGTH_SIZE) * 8;
  const read = (text: string) => {
    const [address = '', length, ...rest] = text.trim().split('/');
    const bytes = parse(address);
    if (bytes === undefined || rest.length > 0) throw notAPrefix(text, bits);
    if (length !== undefined && !/^\d{1,3}$/.test(length)) throw notAPrefix(text, bits);
    return join(length === undefined ? bits : Number(length), bytes, text);
  };
  return {
    size,
    decode: (bytes) => `${format(bytes.subarray(LENGTH_SIZE))}/${lengthOf(bytes)}`,
    encode: (value) => {
      if (value instanceof Uint8Array && value.length === size) return value;
      if (typeof value !== 'string') throw notAPrefix(String(value), bits);
      return read(value);
    },
    parse: read,
  };
}

function lengthOf(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
}

function encodeRecord(value: Input, size: number, data: Codec): Uint8Array {
  if (value instanceof Uint8Array && value.length === size) return value;
  if (typeof value === 'object' && !Array.isArray(value) && !(value instanceof Uint8Array)) {
    const { prefixLength, data: body } = value as Record<string, Value>;
    if (typeof prefixLength === 'number' && body !== undefined) {
      return join(prefixLength, data.encode(body), `/${prefixLength}`);
    }
  }
  throw new SkepError('SKEP_BAD_VALUE', 'this is no key of an LPM trie', {
    remedy: 'give { prefixLength, data }: the data and how many of its bits count',
  });
}

function join(prefixLength: number, data: Uint8Array, text: string): Uint8Array {
  if (!Number.isInteger(prefixLength) || prefixLength < 0 || prefixLength > data.length * 8) {
    throw notAPrefix(text, data.length * 8);
  }
  const key = new Uint8Array(LENGTH_SIZE + data.length);
  key.set(littleEndian(prefixLength, LENGTH_SIZE));
  key.set(data, LENGTH_SIZE);
  return key;
}

function notAPrefix(text: string, bits: number): SkepError {
  const form = bits === 128 ? 'fd00::/8' : bits === 32 ? '10.0.0.0/8' : `DATA/LENGTH`;
  return new SkepError('SKEP_BAD_VALUE', `'${text}' is not a prefix`, {
    remedy: `write it like this: ${form}, with a length from 0 to ${bits}`,
  });
}
