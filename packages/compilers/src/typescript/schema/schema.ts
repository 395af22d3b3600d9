import type TypeScript from 'typescript-js';

/** A layout in memory, as the schemas of a program say it. */
export type Schema = IntSchema | BitsSchema | ArraySchema | TextSchema | RecordSchema | LockSchema;

/** Names of the integer schemas: each is a type, a layout and a conversion. */
export type IntName = 'u8' | 'u16' | 'u32' | 'i8' | 'i16' | 'i32' | 'u64' | 'i64' | 'be16' | 'be32' | 'be64' | 'ipv4';

export interface IntSchema {
  readonly kind: 'int';
  readonly name: IntName;
  readonly size: 1 | 2 | 4 | 8;
  readonly align: number;
  readonly signed: boolean;
  /** Its value is a bigint. */
  readonly big: boolean;
  /** Network order in memory. */
  readonly network: boolean;
  readonly min: bigint;
  readonly max: bigint;
}

/** A bit field of a header. */
export interface BitsSchema {
  readonly kind: 'bits';
  readonly count: number;
  readonly size: 0;
  readonly align: 1;
}

export interface ArraySchema {
  readonly kind: 'array';
  /** `mac` and `ipv6` are arrays of bytes with a name. */
  readonly name: 'mac' | 'ipv6' | undefined;
  readonly element: Schema;
  readonly length: number;
  readonly size: number;
  readonly align: number;
}

/** Text that a zero byte ends. */
export interface TextSchema {
  readonly kind: 'text';
  readonly size: number;
  readonly align: 1;
}

export interface LockSchema {
  readonly kind: 'lock';
  readonly size: 4;
  readonly align: 4;
}

export interface Field {
  readonly name: string;
  readonly schema: Schema;
  /** Bytes from the start of the record. */
  readonly offset: number;
  /** For bit fields: bits from the start of the record, most significant bit first. */
  readonly bitOffset: number;
}

/** A struct, or a header. */
export interface RecordSchema {
  readonly kind: 'record';
  /** Name of the const that holds it; empty where there is none. */
  name: string;
  readonly fields: readonly Field[];
  readonly size: number;
  readonly align: number;
  /** Wire layout. */
  readonly header: boolean;
  /** Length of a header in bytes, where its fields say it; the number that names the next header. */
  readonly length?: HeaderFunction;
  readonly next?: HeaderFunction;
  /** Headers that this one may follow; asked for late, because a header may follow one of its kind. */
  follows(): readonly Follow[];
}

export interface Follow {
  readonly previous: RecordSchema;
  readonly number: bigint;
}

/** A function of a header's fields, as its source. */
export type HeaderFunction = TypeScript.ArrowFunction;

/** The field of that name. */
export function fieldOf(schema: RecordSchema, name: string): Field | undefined {
  return schema.fields.find((field) => field.name === name);
}

/** Whether two schemas have the same bytes: records by their fields. */
export function sameLayout(left: Schema, right: Schema): boolean {
  if (left === right) return true;
  if (left.kind !== right.kind || left.size !== right.size) return false;
  if (left.kind === 'int' && right.kind === 'int') return left.network === right.network;
  if (left.kind === 'array' && right.kind === 'array') return sameLayout(left.element, right.element);
  if (left.kind !== 'record' || right.kind !== 'record') return true;
  return (
    left.fields.length === right.fields.length &&
    left.fields.every((field, index) => sameField(field, right.fields[index]))
  );
}

function sameField(left: Field, right: Field | undefined): boolean {
  return right !== undefined && left.bitOffset === right.bitOffset && sameLayout(left.schema, right.schema);
}
