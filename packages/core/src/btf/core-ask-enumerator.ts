import { nearest } from '../isa/suggest.ts';
import { enumeratorValue, signUnknown } from './core-enum-sign.ts';
import { badRecord, describeType } from './core-error.ts';
import { essentialName } from './core-name.ts';
import { accessNumbers } from './core-path.ts';
import type { CoreAnswer, CoreQuestion, Mismatch } from './core-question.ts';
import { CoreKind, type CoreQuery, type CoreTarget } from './core-relocation.ts';
import type { Btf } from './reader.ts';
import type { EnumType } from './types.ts';

/** A relocation about an enumerator. @throws SKEP_BAD_OBJECT where it names none. */
export function askEnumerator(local: Btf, query: CoreQuery): CoreQuestion {
  const type = local.type(local.strip(query.type));
  if (type.kind !== 'enum' && type.kind !== 'enum64')
    throw badRecord(local, query, `a ${type.kind} has no enumerators`);
  const [index = 0, ...rest] = accessNumbers(local, query);
  const enumerator = rest.length === 0 ? type.values[index] : undefined;
  if (enumerator === undefined) throw badRecord(local, query, `it has ${type.values.length} enumerators`);
  const exists = query.kind === CoreKind.ENUMVAL_EXISTS;
  const name = essentialName(enumerator.name);
  return {
    subject: `enumerator ${enumerator.name} of ${describeType(local, query.type)}`,
    ...(exists ? { original: 1n } : signUnknown(local, type, enumerator) ? {} : { original: enumerator.value }),
    ...(exists ? { absent: 0n } : {}),
    ask(target: CoreTarget): CoreAnswer | { readonly mismatch: Mismatch } {
      const there = target.btf.type(target.btf.strip(target.type));
      if (there.kind !== 'enum' && there.kind !== 'enum64')
        return { mismatch: { reason: `it is a ${there.kind} there` } };
      const found = there.values.find((value) => essentialName(value.name) === name);
      if (found === undefined) return { mismatch: missing(there, name) };
      return { target, value: exists ? 1n : enumeratorValue(target.btf, there, found) };
    },
  };
}

function missing(there: EnumType, name: string): Mismatch {
  const names = there.values.map((value) => value.name);
  const near = nearest(name, names);
  const reason = `enum ${there.name} has no enumerator ${name} there`;
  return near === undefined ? { reason } : { reason, remedy: `did you mean '${near}'?` };
}
