import { isEnumKind, sameKind } from './core-candidates.ts';
import { essentialName } from './core-name.ts';
import type { Btf } from './reader.ts';
import type { BtfType, TypeId } from './types.ts';

/** Arrays in arrays that are looked through: a bound against types that contain themselves. */
const MAX_DEPTH = 32;

/**
 * True where a field of the one type may be read as one of the other ("field relocations" of the BPF CO-RE reference):
 * structs and unions, pointers, floats and integers of any size are as good as each other; enums and forward
 * declarations need the same name, unless one is anonymous; of arrays the elements count. Typedefs and qualifiers are
 * looked through.
 */
export function fieldsCompatible(local: Btf, localType: TypeId, target: Btf, targetType: TypeId): boolean {
  let here = local.type(local.strip(localType));
  let there = target.type(target.strip(targetType));
  for (let depth = 0; here.kind === 'array' && there.kind === 'array'; depth += 1) {
    if (depth === MAX_DEPTH) return false;
    here = local.type(local.strip(here.type));
    there = target.type(target.strip(there.type));
  }
  return compatible(here, there);
}

function compatible(here: BtfType, there: BtfType): boolean {
  if (isRecord(here) && isRecord(there)) return true;
  if (!sameKind(here.kind, there.kind)) return false;
  if (here.kind === 'ptr' || here.kind === 'float') return true;
  if (here.kind === 'int' && there.kind === 'int') return here.bitOffset === 0 && there.bitOffset === 0;
  if ((here.kind === 'fwd' || isEnumKind(here.kind)) && 'name' in here && 'name' in there) {
    return here.name === '' || there.name === '' || essentialName(here.name) === essentialName(there.name);
  }
  return false;
}

function isRecord({ kind }: BtfType): boolean {
  return kind === 'struct' || kind === 'union';
}
