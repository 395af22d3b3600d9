import { badRecord, describeType } from './core-error.ts';
import type { CoreAnswer, CoreQuestion, Mismatch } from './core-question.ts';
import { CoreKind, type CoreQuery, type CoreTarget } from './core-relocation.ts';
import { sizeOn } from './core-size.ts';
import { typesCompatible } from './core-type-compat.ts';
import { typesMatch } from './core-type-match.ts';
import type { Btf } from './reader.ts';

/** A relocation about a type as a whole: a type that is not there has id 0 and size 0. @throws SKEP_BAD_OBJECT */
export function askType(local: Btf, query: CoreQuery): CoreQuestion {
  if (query.access !== '0') throw badRecord(local, query, 'the access string of a type is "0"');
  const matches = query.kind === CoreKind.TYPE_MATCHES ? typesMatch : typesCompatible;
  const original = typeValue({ btf: local, pointerSize: 8, type: query.type }, query.kind);
  return {
    subject: describeType(local, query.type),
    // The compiler cannot know an id of the target.
    ...(query.kind === CoreKind.TYPE_ID_TARGET ? {} : { original }),
    absent: 0n,
    ask(target: CoreTarget): CoreAnswer | { readonly mismatch: Mismatch } {
      if (!matches(local, query.type, target.btf, target.type)) return { mismatch: { reason: 'it differs there' } };
      return { target, value: typeValue(target, query.kind) };
    },
  };
}

function typeValue(target: CoreTarget, kind: number): bigint {
  if (kind === CoreKind.TYPE_SIZE) return BigInt(sizeOn(target, target.type));
  return kind === CoreKind.TYPE_ID_TARGET ? BigInt(target.type) : 1n;
}
