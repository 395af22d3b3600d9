import { badSchema } from './errors.ts';

/** What a schema says of its bytes. Compilers derive the same from the source, without running it. */
export type Layout = IntLayout | BitsLayout | ArrayLayout | TextLayout | RecordLayout | LockLayout;

/** Names of the integer schemas. */
export type IntName = 'u8' | 'u16' | 'u32' | 'i8' | 'i16' | 'i32' | 'u64' | 'i64' | 'be16' | 'be32' | 'be64' | 'ipv4';

export interface IntLayout {
  readonly kind: 'int';
  readonly name: IntName;
  readonly size: 1 | 2 | 4 | 8;
  readonly align: number;
  readonly signed: boolean;
  /** Its value is a bigint. */
  readonly big: boolean;
  /** Network order in memory. */
  readonly network: boolean;
}

/** A bit field of a header: it has no bytes of its own. */
export interface BitsLayout {
  readonly kind: 'bits';
  readonly count: number;
  readonly size: 0;
  readonly align: 1;
}

export interface ArrayLayout {
  readonly kind: 'array';
  /** `mac` and `ipv6` are arrays of bytes with a name. */
  readonly name: 'mac' | 'ipv6' | undefined;
  readonly element: Layout;
  readonly length: number;
  readonly size: number;
  readonly align: number;
}

/** Text that a zero byte ends. */
export interface TextLayout {
  readonly kind: 'text';
  readonly size: number;
  readonly align: 1;
}

export interface LockLayout {
  readonly kind: 'lock';
  readonly size: 4;
  readonly align: 4;
}

export interface FieldLayout {
  readonly name: string;
  readonly layout: Layout;
  /** Bytes from the start of the record, for bit fields to the byte that its first bit is in. */
  readonly offset: number;
  /** Bits from the start of the record, most significant bit first. */
  readonly bitOffset: number;
}

/** A struct, or a header. */
export interface RecordLayout {
  readonly kind: 'record';
  readonly fields: readonly FieldLayout[];
  readonly size: number;
  readonly align: number;
  /** What only a header has. */
  readonly header: HeaderLayout | undefined;
}

/** How a header chains with others in a packet. */
export interface HeaderLayout {
  /** Length in bytes, options included, where it is not fixed. */
  readonly length?: ((view: unknown) => number) | undefined;
  /** The number that names the next header. */
  readonly next?: ((view: unknown) => number) | undefined;
  /** Headers that this one may follow, by their schemas, each with the number that names it there. */
  readonly follows: () => readonly (readonly [previous: RecordLayout, number: number])[];
}

const layouts = new WeakMap<object, Layout>();

/** Gives a schema its layout. */
export function describes<S extends object>(schema: S, layout: Layout): S {
  layouts.set(schema, layout);
  return schema;
}

/** The layout of a schema, or undefined for anything else. */
export function findLayout(schema: unknown): Layout | undefined {
  return typeof schema === 'object' || typeof schema === 'function' ? layouts.get(schema ?? describes) : undefined;
}

/** The layout of a schema. @throws SKEP_BAD_VALUE for what is none. */
export function layoutOf(schema: unknown): Layout {
  const layout = findLayout(schema);
  if (layout !== undefined) return layout;
  throw badSchema('this is no schema', 'use u32, struct({ .. }), array(..) and the other schemas of skep/bpf');
}
