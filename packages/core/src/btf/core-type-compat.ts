import { sameKind } from './core-candidates.ts';
import { TypePairs } from './core-type-pairs.ts';
import type { Btf } from './reader.ts';
import type { BtfType, FunctionPrototype, TypeId } from './types.ts';

/**
 * True where a target type is of the same sort as a local one ("type-based relocations" of the BPF CO-RE reference):
 * the same kind after typedefs and qualifiers; what pointers point to, elements of arrays, parameters and results of
 * functions are compared alike. Names, members and sizes do not count: the name of the root is the caller's matter.
 */
export function typesCompatible(local: Btf, localType: TypeId, target: Btf, targetType: TypeId): boolean {
  const pairs = new TypePairs();
  const compare = (localId: TypeId, targetId: TypeId): boolean => {
    const here = local.strip(localId);
    const there = target.strip(targetId);
    return pairs.once(`${here} ${there}`, () => compareOnce(local.type(here), target.type(there), compare));
  };
  return compare(localType, targetType);
}

type Compare = (local: TypeId, target: TypeId) => boolean;

function compareOnce(here: BtfType, there: BtfType, compare: Compare): boolean {
  if (!sameKind(here.kind, there.kind)) return false;
  switch (here.kind) {
    case 'void':
    case 'struct':
    case 'union':
    case 'enum':
    case 'enum64':
    case 'fwd':
      return true;
    case 'int':
      return there.kind === 'int' && here.bitOffset === 0 && there.bitOffset === 0;
    case 'ptr':
    case 'array':
      return there.kind === here.kind && compare(here.type, there.type);
    case 'func_proto':
      return there.kind === 'func_proto' && prototypesAgree(here, there, compare);
    default:
      return false;
  }
}

/** The same number of parameters, and each of them and the result agrees. */
export function prototypesAgree(here: FunctionPrototype, there: FunctionPrototype, compare: Compare): boolean {
  return (
    here.parameters.length === there.parameters.length &&
    here.parameters.every(({ type }, index) => compare(type, there.parameters[index]?.type ?? 0)) &&
    compare(here.returns, there.returns)
  );
}
