import type TypeScript from 'typescript-js';
import { type Interval, interval } from '../../ir/index.ts';
import { ts } from '../facade/index.ts';
import { integers, isIntName } from '../schema/index.ts';

/** What a declared type says of an integer or boolean. */
export type ScalarType =
  | { readonly kind: 'int'; readonly big: boolean; readonly name: string; readonly range: Interval }
  | { readonly kind: 'bool' };

export const SAFE: bigint = BigInt(Number.MAX_SAFE_INTEGER);
/** Every integer that a number holds exactly. */
export const safeRange: Interval = interval(-SAFE, SAFE);

/** Flavours from wide to narrow: the first that a type lists is the type. */
const widths = ['i32', 'u32', 'i16', 'u16', 'i8', 'u8', 'u64', 'i64'] as const;

/** The scalar that `type` is; undefined for records, optional values and whatever else. */
export function scalarType(checker: TypeScript.TypeChecker, type: TypeScript.Type): ScalarType | undefined {
  if (type.flags & ts.TypeFlags.BooleanLike) return { kind: 'bool' };
  if (type.isUnion()) return unionType(checker, type);
  if (type.isNumberLiteral()) {
    const value = BigInt(Math.trunc(type.value));
    return { kind: 'int', big: false, name: 'number', range: interval(value, value) };
  }
  if (type.flags & ts.TypeFlags.NumberLike) return { kind: 'int', big: false, name: 'number', range: safeRange };
  if (type.flags & ts.TypeFlags.BigIntLike) {
    return { kind: 'int', big: true, name: 'bigint', range: interval(undefined, undefined) };
  }
  return type.isIntersection() ? flavour(checker, type) : undefined;
}

function unionType(checker: TypeScript.TypeChecker, type: TypeScript.UnionType): ScalarType | undefined {
  const members = type.types.map((member) => scalarType(checker, member));
  const [first] = members;
  if (first === undefined || members.some((member) => member?.kind !== first.kind)) return undefined;
  if (first.kind === 'bool') return first;
  const numbers = members.filter((member) => member?.kind === 'int');
  if (numbers.some((member) => member.big !== first.big)) return undefined;
  const mins = numbers.map(({ range }) => range.min);
  const maxs = numbers.map(({ range }) => range.max);
  return {
    ...first,
    range: interval(
      extreme(mins, (a, b) => a < b),
      extreme(maxs, (a, b) => a > b),
    ),
  };
}

function extreme(
  values: readonly (bigint | undefined)[],
  better: (a: bigint, b: bigint) => boolean,
): bigint | undefined {
  let found: bigint | undefined = values[0];
  for (const value of values) {
    if (value === undefined || found === undefined) return undefined;
    if (better(value, found)) found = value;
  }
  return found;
}

/** `number & { [width]?: 'u8' | 'u16' }` is a u16. */
function flavour(checker: TypeScript.TypeChecker, type: TypeScript.IntersectionType): ScalarType | undefined {
  const base = type.types.map((member) => scalarType(checker, member)).find((member) => member?.kind === 'int');
  if (base?.kind !== 'int') return undefined;
  const property = type.getProperties().find(({ escapedName }) => String(escapedName).startsWith('__@width@'));
  const listed = property === undefined ? [] : literalsOf(checker, property);
  const name = widths.find((width) => listed.includes(width));
  if (name === undefined || !isIntName(name)) return base;
  const { min, max } = integers[name];
  return { kind: 'int', big: base.big, name, range: interval(min, max) };
}

const literals = new WeakMap<TypeScript.Symbol, readonly string[]>();

function literalsOf(checker: TypeScript.TypeChecker, property: TypeScript.Symbol): readonly string[] {
  const known = literals.get(property);
  if (known !== undefined) return known;
  const type = checker.getTypeOfSymbol(property);
  const members = type.isUnion() ? type.types : [type];
  const found = members.flatMap((member) => (member.isStringLiteral() ? [member.value] : []));
  literals.set(property, found);
  return found;
}
