import { nearest } from '../isa/suggest.ts';
import { fieldsCompatible } from './core-field-compat.ts';
import {
  type CoreField,
  type CorePath,
  type CoreStep,
  elementOf,
  inBounds,
  MAX_BIT_OFFSET,
  memberOf,
  rootElement,
} from './core-path.ts';
import type { Mismatch } from './core-question.ts';
import type { CoreTarget } from './core-relocation.ts';
import type { Btf } from './reader.ts';
import type { Member, StructType, TypeId } from './types.ts';

/** A field in a target type, or why it has none. */
export type FieldMatch = { readonly field: CoreField } | { readonly mismatch: Mismatch };

/** A place on the way through the target type. */
interface Position {
  readonly field: CoreField;
  /** It is the last member of its struct: an array without length there has any number of elements. */
  readonly last: boolean;
}

/** Finds the field that a local path names in a target type: members by name, through anonymous ones as well. */
export function matchField(local: Btf, path: CorePath, target: CoreTarget): FieldMatch {
  const { btf, type } = target;
  if (path.rootIndex > 0 && btf.kind(btf.strip(type)) === 'fwd') return mismatch('it is only declared there');
  let position: Position = { field: rootElement(target, type, path.rootIndex), last: false };
  for (const step of path.steps) {
    const next =
      step.kind === 'member' ? enterMember(local, btf, position, step) : enterElement(target, position, step);
    if ('mismatch' in next) return next;
    position = next;
  }
  if (position.field.bitOffset >= MAX_BIT_OFFSET) return mismatch('it lies beyond 2^32 bytes there');
  return { field: position.field };
}

function mismatch(reason: string, remedy?: string): { mismatch: Mismatch } {
  return { mismatch: remedy === undefined ? { reason } : { reason, remedy } };
}

function enterElement(
  target: CoreTarget,
  { field, last }: Position,
  { index }: CoreStep & { kind: 'element' },
): Position | { mismatch: Mismatch } {
  const { btf } = target;
  const array = btf.type(btf.strip(field.type));
  if (array.kind !== 'array') return mismatch(`what should be an array is of kind ${array.kind} there`);
  if (!inBounds(array, index, last)) return mismatch(`its array has only ${array.length} elements there`);
  return { field: elementOf(target, field, array, index), last: false };
}

function enterMember(
  local: Btf,
  btf: Btf,
  { field }: Position,
  { name, type }: CoreStep & { kind: 'member' },
): Position | { mismatch: Mismatch } {
  const outer = btf.type(btf.strip(field.type));
  if (outer.kind !== 'struct' && outer.kind !== 'union') {
    return mismatch(`what should have a member ${name} is of kind ${outer.kind} there`);
  }
  const found = findMember(btf, outer, field, name, new Set());
  if (found === undefined) {
    const near = nearest(name, memberNames(btf, outer));
    return mismatch(
      `${outer.kind} ${outer.name} has no member ${name} there`,
      near === undefined ? undefined : `did you mean '${near}'?`,
    );
  }
  if (fieldsCompatible(local, type, btf, found.field.type)) return found;
  const there = btf.kind(btf.strip(found.field.type));
  return mismatch(`member ${name} has another type there (${there} instead of ${local.kind(local.strip(type))})`);
}

/** Looks for a member by name, anonymous structs and unions in their order. Each of those is entered once. */
function findMember(
  btf: Btf,
  { members }: StructType,
  outer: CoreField,
  name: string,
  seen: Set<TypeId>,
): Position | undefined {
  for (const [index, member] of members.entries()) {
    if (member.name === name) return { field: memberOf(outer, member), last: index === members.length - 1 };
    const inner = anonymousStruct(btf, member, seen);
    const found = inner && findMember(btf, inner, memberOf(outer, member), name, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

function anonymousStruct(btf: Btf, member: Member, seen: Set<TypeId>): StructType | undefined {
  if (member.name !== '') return undefined;
  const id = btf.strip(member.type);
  const type = btf.type(id);
  if ((type.kind !== 'struct' && type.kind !== 'union') || seen.has(id)) return undefined;
  seen.add(id);
  return type;
}

/** Names of the members of a struct, those in anonymous ones too. */
function memberNames(btf: Btf, struct: StructType, seen: Set<TypeId> = new Set()): string[] {
  return struct.members.flatMap((member) => {
    const inner = anonymousStruct(btf, member, seen);
    return inner === undefined ? [member.name] : memberNames(btf, inner, seen);
  });
}
