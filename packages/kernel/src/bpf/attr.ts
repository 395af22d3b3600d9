import type { Ffi } from '../ffi/ffi.ts';
import { attrLayouts, infoLayouts } from './layouts.gen.ts';

type Layouts = typeof attrLayouts & typeof infoLayouts;
const layouts: Layouts = { ...attrLayouts, ...infoLayouts };

/** Which structure: a member of `union bpf_attr` or an info structure. */
export type LayoutName = keyof Layouts;
/** Fields of a structure. */
export type FieldName<Name extends LayoutName> = Exclude<keyof Layouts[Name], '$size'> & string;
/** What a field takes: a number, text for a char array, a buffer for a pointer to it. */
export type FieldValue = number | bigint | string | Uint8Array | undefined;
/** Initial values; fields left out or undefined are zero. */
export type Fields<Name extends LayoutName> = { readonly [Field in FieldName<Name>]?: FieldValue };

const text = new TextEncoder();

/**
 * One `union bpf_attr` or info structure. It owns the buffers its pointers point to: the kernel may use them as long
 * as this object is referenced. It can be used for many calls.
 */
export class Attr<Name extends LayoutName> {
  readonly bytes: Uint8Array;
  /** Where the bytes lie: addresses of a process are below 2^53. */
  readonly address: number;
  readonly #name: Name;
  readonly #view: DataView;
  readonly #ffi: Ffi;
  readonly #held = new Map<string, Uint8Array>();

  constructor(ffi: Ffi, name: Name, fields: Fields<Name> = {}) {
    this.#ffi = ffi;
    this.#name = name;
    this.bytes = new Uint8Array(layouts[name].$size[0]);
    this.#view = new DataView(this.bytes.buffer);
    this.address = Number(ffi.address(this.bytes));
    for (const [field, value] of Object.entries(fields)) this.set(field as FieldName<Name>, value as FieldValue);
  }

  #layout(field: FieldName<Name>): readonly [offset: number, size: number] {
    return (layouts[this.#name] as Readonly<Record<string, readonly [number, number]>>)[field] ?? [0, 0];
  }

  set(field: FieldName<Name>, value: FieldValue): void {
    const [offset, size] = this.#layout(field);
    if (value === undefined) return;
    if (typeof value === 'string') {
      this.bytes.fill(0, offset, offset + size);
      this.bytes.set(text.encode(value).subarray(0, size - 1), offset);
    } else if (value instanceof Uint8Array) {
      this.#held.set(field, value);
      this.#view.setBigUint64(offset, value.length === 0 ? 0n : this.#ffi.address(value), true);
    } else if (size === 8) {
      this.#view.setBigUint64(offset, BigInt.asUintN(64, BigInt(value)), true);
    } else {
      this.#view.setInt32(offset, Number(value), true);
    }
  }

  /** A 32-bit field, unsigned. */
  u32(field: FieldName<Name>): number {
    return this.#view.getUint32(this.#layout(field)[0], true);
  }
  u64(field: FieldName<Name>): bigint {
    return this.#view.getBigUint64(this.#layout(field)[0], true);
  }
  /** A char array up to its first zero byte. */
  string(field: FieldName<Name>): string {
    const [offset, size] = this.#layout(field);
    const bytes = this.bytes.subarray(offset, offset + size);
    const end = bytes.indexOf(0);
    return new TextDecoder().decode(bytes.subarray(0, end < 0 ? size : end));
  }
}
