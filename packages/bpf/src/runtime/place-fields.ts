import { alignUp } from '@skep/core/base';
import { badSchema } from './errors.ts';
import type { FieldLayout, HeaderLayout, Layout, RecordLayout } from './layout.ts';

/** Fields by name, in the order of the source. */
export type NamedLayouts = readonly (readonly [name: string, layout: Layout])[];

/** Names of the methods of a view: no field may have them. */
const reserved: ReadonlySet<string> = new Set(['set', 'copy', 'submit', 'discard', 'toJSON']);

/** A C struct: fields in order, each at its natural alignment. @throws SKEP_BAD_VALUE. */
export function structLayout(fields: NamedLayouts): RecordLayout {
  checkNames(fields);
  const placed: FieldLayout[] = [];
  let end = 0;
  let align = 1;
  for (const [name, layout] of fields) {
    if (layout.kind === 'bits') {
      throw badSchema(`field ${name} is a bit field in a struct`, 'use header({ .. }) for bit fields');
    }
    const offset = alignUp(end, layout.align);
    placed.push({ name, layout, offset, bitOffset: offset * 8 });
    end = offset + layout.size;
    align = Math.max(align, layout.align);
  }
  return { kind: 'record', fields: placed, size: alignUp(end, align), align, header: undefined };
}

/** A wire layout: no padding, bit fields from the most significant bit on. @throws SKEP_BAD_VALUE. */
export function headerLayout(fields: NamedLayouts, header: HeaderLayout): RecordLayout {
  checkNames(fields);
  const placed: FieldLayout[] = [];
  let bits = 0;
  for (const [name, layout] of fields) {
    if (layout.kind !== 'bits') checkWhole(bits, `field ${name} starts`);
    placed.push({ name, layout, offset: Math.floor(bits / 8), bitOffset: bits });
    bits += layout.kind === 'bits' ? layout.count : layout.size * 8;
  }
  checkWhole(bits, 'the header ends');
  return { kind: 'record', fields: placed, size: bits / 8, align: 1, header };
}

function checkWhole(bits: number, what: string): void {
  if (bits % 8 === 0) return;
  throw badSchema(`${what} inside a byte, after ${bits} bits`, 'add a bit field that fills the byte');
}

function checkNames(fields: NamedLayouts): void {
  for (const [name] of fields) {
    if (reserved.has(name)) throw badSchema(`a field cannot be named ${name}`, 'views have a method of that name');
  }
}

/** Where a record has bytes that belong to no field. */
export function paddingOf({ fields, size }: RecordLayout): readonly { readonly at: number; readonly size: number }[] {
  const gaps: { at: number; size: number }[] = [];
  let end = 0;
  for (const { layout, offset } of fields) {
    if (offset > end) gaps.push({ at: end, size: offset - end });
    end = Math.max(end, offset + (layout.kind === 'bits' ? 1 : layout.size));
  }
  if (size > end) gaps.push({ at: end, size: size - end });
  return gaps;
}
