import { essentialName, namesWithFlavours } from './core-name.ts';
import type { CoreTarget } from './core-relocation.ts';
import { pointerSizeOf } from './core-size.ts';
import type { Btf, KindName } from './reader.ts';
import type { TypeId } from './types.ts';

/**
 * The types of the targets that a local type may stand for: of the same essential name and kind (an enum64 counts as
 * an enum). Types of the kernel itself hide those of its modules; the modules are equals among each other.
 */
export function findCandidates(local: Btf, type: TypeId, targets: readonly Btf[]): CoreTarget[] {
  const essential = essentialName(local.name(type));
  const kind = local.kind(type);
  for (const level of levelsOf(targets)) {
    const found = level.flatMap((btf) =>
      ownTypes(btf, essential, kind).map((id) => ({ btf, pointerSize: pointerSizeOf(btf), type: id })),
    );
    if (found.length > 0) return found;
  }
  return [];
}

/** The kernels, then the split BTFs over them. */
function levelsOf(targets: readonly Btf[]): Btf[][] {
  const split = new Set<Btf>();
  const whole = new Set<Btf>();
  for (const target of targets) {
    for (let btf: Btf | undefined = target; btf !== undefined; btf = btf.base) {
      (btf.base === undefined ? whole : split).add(btf);
    }
  }
  return [[...whole], [...split]];
}

/** Types of this BTF, its base's left out, in ascending order. */
function ownTypes(btf: Btf, essential: string, kind: KindName): TypeId[] {
  return namesWithFlavours(btf, essential)
    .flatMap((name) => btf.findAll(name))
    .filter((id) => id >= btf.firstId && sameKind(btf.kind(id), kind))
    .sort((a, b) => a - b);
}

/** The same kind, where enum64 is one with enum. */
export function sameKind(one: KindName, other: KindName): boolean {
  return one === other || (isEnumKind(one) && isEnumKind(other));
}

/** True for enum and enum64. */
export function isEnumKind(kind: KindName): boolean {
  return kind === 'enum' || kind === 'enum64';
}
