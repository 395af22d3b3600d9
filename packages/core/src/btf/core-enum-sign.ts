import { isEnumKind } from './core-candidates.ts';
import type { Btf } from './reader.ts';
import type { Enumerator, EnumType } from './types.ts';

const cache = new WeakMap<Btf, boolean>();

/**
 * True where an enumerator is either negative or 2^31 and more: BTF says which enumerations are signed only since
 * Linux 6.0 (clang 15, pahole 1.24), and older ones leave it open.
 */
export function signUnknown(btf: Btf, { kind, signed }: EnumType, { value }: Enumerator): boolean {
  return kind === 'enum' && !signed && value >= 0x80000000n && !tellsSigns(btf);
}

/** The value of an enumerator; negative where that is left open, as libbpf reads it. */
export function enumeratorValue(btf: Btf, type: EnumType, enumerator: Enumerator): bigint {
  return signUnknown(btf, type, enumerator) ? enumerator.value - 0x100000000n : enumerator.value;
}

/** True where some enumeration is marked as signed, or is of the newer kind: then the others are unsigned. */
function tellsSigns(btf: Btf): boolean {
  const known = cache.get(btf);
  if (known !== undefined) return known;
  let tells = false;
  for (let id = 1; id < btf.count && !tells; id += 1) {
    if (!isEnumKind(btf.kind(id))) continue;
    const type = btf.type(id);
    tells = type.kind === 'enum64' || (type.kind === 'enum' && type.signed);
  }
  cache.set(btf, tells);
  return tells;
}
