import { badRecord } from './core-error.ts';
import type { CoreQuery } from './core-relocation.ts';
import { type CoreSide, sizeOn } from './core-size.ts';
import type { Btf } from './reader.ts';
import type { ArrayType, Member, TypeId } from './types.ts';

/** A place in a type: what a path leads to. */
export interface CoreField {
  /** Type of the field, as declared. */
  readonly type: TypeId;
  /** From the start of the root type. */
  readonly bitOffset: number;
  /** 0 for what is no bit field. */
  readonly bitSize: number;
}

/** One step into a type: to a member by name, or to an element of an array. Anonymous members are no steps. */
export type CoreStep =
  | { readonly kind: 'member'; readonly name: string; readonly type: TypeId }
  | { readonly kind: 'element'; readonly index: number };

/** A field of a local type, told so that it can be looked up in another type. */
export interface CorePath {
  /** Index in an array of root types that the pointer points into; mostly 0. */
  readonly rootIndex: number;
  readonly steps: readonly CoreStep[];
  /** Where it is in the local type. */
  readonly field: CoreField;
}

/** Levels a path may have: a bound against hostile input. */
const MAX_STEPS = 64;

/** Bits that any offset stays below: types are smaller than 2^32 bytes. */
export const MAX_BIT_OFFSET = 0x800000000;

/** The numbers of an access string such as `0:1:2`. @throws SKEP_BAD_OBJECT */
export function accessNumbers(local: Btf, query: CoreQuery): number[] {
  const { access } = query;
  if (!/^[0-9]{1,10}(?::[0-9]{1,10})*$/.test(access)) throw badRecord(local, query, 'the access string is no path');
  const numbers = access.split(':').map(Number);
  if (numbers.length <= MAX_STEPS) return numbers;
  throw badRecord(local, query, `the access string has more than ${MAX_STEPS} parts`);
}

/** Follows the access string of a field relocation through the local type. @throws SKEP_BAD_OBJECT */
export function readPath(local: Btf, query: CoreQuery): CorePath {
  const [rootIndex = 0, ...indexes] = accessNumbers(local, query);
  const side: CoreSide = { btf: local, pointerSize: 8 };
  const steps: CoreStep[] = [];
  let field = rootElement(side, query.type, rootIndex);
  let last = false;
  let anonymous = false;
  for (const index of indexes) {
    const type = local.type(local.strip(field.type));
    anonymous = false;
    if (type.kind === 'array') {
      if (!inBounds(type, index, last)) throw badRecord(local, query, `element ${index} of an array of ${type.length}`);
      field = elementOf(side, field, type, index);
      steps.push({ kind: 'element', index });
      last = false;
    } else if (type.kind === 'struct' || type.kind === 'union') {
      const member = type.members[index];
      if (member === undefined) throw badRecord(local, query, `${type.kind} ${type.name} has no member ${index}`);
      field = memberOf(field, member);
      anonymous = member.name === '';
      if (!anonymous) steps.push({ kind: 'member', name: member.name, type: member.type });
      last = index === type.members.length - 1;
    } else throw badRecord(local, query, `a ${type.kind} has no part ${index}`);
  }
  if (field.bitOffset >= MAX_BIT_OFFSET) throw badRecord(local, query, 'it leads beyond 2^32 bytes');
  if (anonymous) throw badRecord(local, query, 'it ends at a member without a name');
  return { rootIndex, steps, field };
}

/** Element of an array of root types, which a pointer to the root type points into. */
export function rootElement(side: CoreSide, type: TypeId, index: number): CoreField {
  return { type, bitOffset: index === 0 ? 0 : index * sizeOn(side, type) * 8, bitSize: 0 };
}

/** The field that a member is, in a struct that lies at `outer`. */
export function memberOf(outer: CoreField, member: Member): CoreField {
  return { type: member.type, bitOffset: outer.bitOffset + member.bitOffset, bitSize: member.bitSize };
}

/** True where an array has this element: those without a length that end a struct (flexible arrays) have any. */
export function inBounds(array: ArrayType, index: number, last: boolean): boolean {
  return index < array.length || (array.length === 0 && last);
}

/** The field that an element of an array is. */
export function elementOf(side: CoreSide, outer: CoreField, array: ArrayType, index: number): CoreField {
  const bitOffset = outer.bitOffset + index * sizeOn(side, array.type) * 8;
  return { type: array.type, bitOffset, bitSize: 0 };
}

/** What follows the root type's name: `.mm.pgd[2]`. */
export function describePath({ rootIndex, steps }: CorePath): string {
  const root = rootIndex === 0 ? '' : `[${rootIndex}]`;
  const parts = steps.map((step) => (step.kind === 'member' ? `.${step.name}` : `[${step.index}]`));
  return root + parts.join('');
}
