import { isEnumKind, sameKind } from './core-candidates.ts';
import { essentialName } from './core-name.ts';
import { prototypesAgree } from './core-type-compat.ts';
import { TypePairs } from './core-type-pairs.ts';
import type { Btf } from './reader.ts';
import type { BtfType, EnumType, StructType, TypeId } from './types.ts';

/**
 * True where a target type can stand in for a local one (`TYPE_MATCHES`, libbpf 1.0): unlike compatible types, matching
 * ones agree in their names and parts.
 *
 * - Typedefs, qualifiers and flavours of names do not count.
 * - Integers have the same size and sign.
 * - Every member of a struct or union is there by name and matches; behind a pointer only name and kind count, and a
 *   forward declaration will do.
 * - Every enumerator is there by name, whatever its value; the enumeration has the same size.
 * - What pointers point to, elements of arrays, parameters and results of functions match.
 */
export function typesMatch(local: Btf, localType: TypeId, target: Btf, targetType: TypeId): boolean {
  return new Matcher(local, target).match(localType, targetType, false);
}

class Matcher {
  readonly #local: Btf;
  readonly #target: Btf;
  readonly #pairs = new TypePairs();

  constructor(local: Btf, target: Btf) {
    this.#local = local;
    this.#target = target;
  }

  match(localId: TypeId, targetId: TypeId, behindPointer: boolean): boolean {
    const here = this.#local.strip(localId);
    const there = this.#target.strip(targetId);
    return this.#pairs.once(`${here} ${there} ${behindPointer}`, () => {
      const one = this.#local.type(here);
      const other = this.#target.type(there);
      return namesAgree(one, other) && this.#matchOnce(one, other, behindPointer);
    });
  }

  #matchOnce(here: BtfType, there: BtfType, behindPointer: boolean): boolean {
    if (behindPointer && isRecordOrForward(here)) return recordKind(here) === recordKind(there);
    if (!sameKind(here.kind, there.kind)) return false;
    switch (here.kind) {
      case 'void':
      case 'fwd':
        return true;
      case 'struct':
      case 'union':
        return there.kind === here.kind && this.#membersMatch(here, there);
      case 'enum':
      case 'enum64':
        return isEnumeration(there) && enumeratorsMatch(here, there);
      case 'int':
        return there.kind === 'int' && here.size === there.size && here.signed === there.signed;
      case 'ptr':
        return there.kind === 'ptr' && this.match(here.type, there.type, true);
      case 'array':
        return there.kind === 'array' && here.length === there.length && this.match(here.type, there.type, false);
      case 'func_proto':
        return (
          there.kind === 'func_proto' &&
          prototypesAgree(here, there, (one, other) => this.match(one, other, behindPointer))
        );
      default:
        return false;
    }
  }

  #membersMatch(here: StructType, there: StructType): boolean {
    const types = new Map(there.members.map(({ name, type }) => [name, type]));
    return here.members.every(({ name, type }) => {
      const other = types.get(name);
      return other !== undefined && this.match(type, other, false);
    });
  }
}

function namesAgree(here: BtfType, there: BtfType): boolean {
  const one = 'name' in here ? essentialName(here.name) : '';
  const other = 'name' in there ? essentialName(there.name) : '';
  return one === other;
}

function isRecordOrForward({ kind }: BtfType): boolean {
  return kind === 'struct' || kind === 'union' || kind === 'fwd';
}

/** `struct` or `union`, of a forward declaration too. */
function recordKind(type: BtfType): string | undefined {
  return type.kind === 'fwd' ? type.of : isRecordOrForward(type) ? type.kind : undefined;
}

function isEnumeration(type: BtfType): type is EnumType {
  return isEnumKind(type.kind);
}

function enumeratorsMatch(here: EnumType, there: EnumType): boolean {
  const names = new Set(there.values.map(({ name }) => essentialName(name)));
  return here.size === there.size && here.values.every(({ name }) => names.has(essentialName(name)));
}
