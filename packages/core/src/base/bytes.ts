import type { ErrorCode } from './error-codes.ts';
import { SkepError } from './errors.ts';

const utf8 = new TextDecoder('utf-8');

/**
 * Reads a binary file from front to back. A read past the end throws a {@link SkepError} of the format's own code
 * with the offset, so that a truncated file always says where it ends.
 */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly littleEndian: boolean;
  /** Offset of the next byte to read. */
  position: number;
  readonly #code: ErrorCode;

  constructor(bytes: Uint8Array, options: { code: ErrorCode; littleEndian?: boolean; position?: number }) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.littleEndian = options.littleEndian ?? true;
    this.position = options.position ?? 0;
    this.#code = options.code;
  }

  get remaining(): number {
    return this.bytes.length - this.position;
  }

  /** Moves on by `size` bytes and gives the offset they start at. `what` names them in the error. */
  skip(size: number, what: string): number {
    const start = this.position;
    if (size < 0 || start < 0 || start + size > this.bytes.length) {
      throw new SkepError(this.#code, `${what} reaches past the end`, {
        place: { offset: start },
        reason: `${size} bytes are needed at offset ${start}; ${Math.max(0, this.bytes.length - start)} are left`,
        remedy: 'the file is truncated or damaged: make it anew',
      });
    }
    this.position = start + size;
    return start;
  }

  u8(what: string): number {
    return this.view.getUint8(this.skip(1, what));
  }
  u16(what: string): number {
    return this.view.getUint16(this.skip(2, what), this.littleEndian);
  }
  u32(what: string): number {
    return this.view.getUint32(this.skip(4, what), this.littleEndian);
  }
  i32(what: string): number {
    return this.view.getInt32(this.skip(4, what), this.littleEndian);
  }
  u64(what: string): bigint {
    return this.view.getBigUint64(this.skip(8, what), this.littleEndian);
  }
  /** A view on the next `size` bytes, not a copy. */
  slice(size: number, what: string): Uint8Array {
    const start = this.skip(size, what);
    return this.bytes.subarray(start, start + size);
  }
}

/** Writes a binary file from front to back, growing as needed. */
export class ByteWriter {
  readonly littleEndian: boolean;
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  constructor(littleEndian = true) {
    this.littleEndian = littleEndian;
  }

  get length(): number {
    return this.#length;
  }

  /** Makes room; replaces the buffers, so callers read them afterwards. */
  #grow(size: number): number {
    const start = this.#length;
    this.#length += size;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2));
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return start;
  }

  u8(value: number): this {
    const at = this.#grow(1);
    this.#view.setUint8(at, value);
    return this;
  }
  u16(value: number): this {
    const at = this.#grow(2);
    this.#view.setUint16(at, value, this.littleEndian);
    return this;
  }
  u32(value: number): this {
    const at = this.#grow(4);
    this.#view.setUint32(at, value, this.littleEndian);
    return this;
  }
  u64(value: bigint): this {
    const at = this.#grow(8);
    this.#view.setBigUint64(at, BigInt.asUintN(64, value), this.littleEndian);
    return this;
  }
  append(bytes: Uint8Array): this {
    const at = this.#grow(bytes.length);
    this.#bytes.set(bytes, at);
    return this;
  }
  /** Fills with zeroes up to a multiple of `alignment`. */
  align(alignment: number): this {
    this.#grow((alignment - (this.#length % alignment)) % alignment);
    return this;
  }
  /** Overwrites a u32 written before. */
  setU32(offset: number, value: number): void {
    this.#view.setUint32(offset, value, this.littleEndian);
  }
  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}

/** The text up to the first zero byte at `offset`, or undefined where no zero byte ends it. */
export function cString(bytes: Uint8Array, offset: number): string | undefined {
  const end = bytes.indexOf(0, offset);
  return end < 0 || offset > bytes.length ? undefined : utf8.decode(bytes.subarray(offset, end));
}

/** `0a 00 00 01`: how bytes without a type are shown and read. */
export function hexBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

/** `value` rounded up to a multiple of `alignment`, a power of two; exact below 2^53. */
export function alignUp(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}
