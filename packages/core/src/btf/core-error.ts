import { SkepError } from '../base/errors.ts';
import type { CoreQuery } from './core-relocation.ts';
import type { Btf } from './reader.ts';
import type { BtfType, TypeId } from './types.ts';

/** A CO-RE record that no compiler writes. */
export function badRecord(local: Btf, { type, access, kind }: CoreQuery, reason: string): SkepError {
  return new SkepError('SKEP_BAD_OBJECT', `CO-RE relocation "${access}" of ${describeType(local, type)} is invalid`, {
    reason: `${reason} (relocation kind ${kind})`,
    remedy: 'compile the program anew, with the same compiler for code and type information',
  });
}

/** A type in the words of C: `struct task_struct`, `pid_t`; anonymous ones by their id. */
export function describeType(btf: Btf, id: TypeId): string {
  const type = btf.type(id);
  const name = 'name' in type && type.name !== '' ? type.name : `(anonymous, type ${id})`;
  return keywordOf(type) + name;
}

function keywordOf(type: BtfType): string {
  switch (type.kind) {
    case 'struct':
    case 'union':
      return `${type.kind} `;
    case 'enum':
    case 'enum64':
      return 'enum ';
    case 'fwd':
      return `${type.of} `;
    case 'void':
    case 'ptr':
    case 'array':
    case 'func_proto':
      return `${type.kind} `;
    default:
      return '';
  }
}
