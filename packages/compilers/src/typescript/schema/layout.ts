import { integers } from './integers.ts';
import type { ArraySchema, Field, Follow, HeaderFunction, RecordSchema, Schema } from './schema.ts';

export function arrayOf(element: Schema, length: number, name?: 'mac' | 'ipv6'): ArraySchema {
  return { kind: 'array', name, element, length, size: element.size * length, align: element.align };
}

export const mac: ArraySchema = arrayOf(integers.u8, 6, 'mac');
export const ipv6: ArraySchema = arrayOf(integers.u8, 16, 'ipv6');

function alignUp(value: number, align: number): number {
  return Math.ceil(value / align) * align;
}

/** A C struct: fields in order, each at its natural alignment. */
export function structOf(fields: readonly (readonly [string, Schema])[]): RecordSchema {
  const placed: Field[] = [];
  let end = 0;
  let align = 1;
  for (const [name, schema] of fields) {
    const offset = alignUp(end, schema.align);
    placed.push({ name, schema, offset, bitOffset: offset * 8 });
    end = offset + schema.size;
    align = Math.max(align, schema.align);
  }
  return {
    kind: 'record',
    name: '',
    fields: placed,
    size: alignUp(end, align),
    align,
    header: false,
    follows: () => [],
  };
}

/** What `header` takes besides the fields. */
export interface HeaderSetup {
  readonly length?: HeaderFunction;
  readonly next?: HeaderFunction;
  readonly follows?: () => readonly Follow[];
}

/** The first field that does not start at a byte though it must, and the bits before it. */
export interface BitGap {
  readonly name: string;
  readonly bits: number;
}

/** A wire layout: no padding, bit fields from the most significant bit on. */
export function headerOf(fields: readonly (readonly [string, Schema])[], setup: HeaderSetup): RecordSchema | BitGap {
  const placed: Field[] = [];
  let bits = 0;
  for (const [name, schema] of fields) {
    if (schema.kind !== 'bits' && bits % 8 !== 0) return { name, bits };
    placed.push({ name, schema, offset: Math.floor(bits / 8), bitOffset: bits });
    bits += schema.kind === 'bits' ? schema.count : schema.size * 8;
  }
  if (bits % 8 !== 0) return { name: 'the end', bits };
  const { follows = () => [], ...functions } = setup;
  return { kind: 'record', name: '', fields: placed, size: bits / 8, align: 1, header: true, follows, ...functions };
}
