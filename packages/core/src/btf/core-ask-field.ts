import { describeType } from './core-error.ts';
import { matchField } from './core-field-match.ts';
import { fieldValue, unitOf } from './core-field-value.ts';
import { type CoreField, describePath, readPath } from './core-path.ts';
import type { CoreAnswer, CoreQuestion, Mismatch } from './core-question.ts';
import { type CoreAccess, CoreKind, type CoreQuery, type CoreTarget } from './core-relocation.ts';
import type { Btf } from './reader.ts';
import type { BtfType } from './types.ts';

/** A relocation about a field. @throws SKEP_BAD_OBJECT where its path does not fit the local type. */
export function askField(local: Btf, query: CoreQuery): CoreQuestion {
  const path = readPath(local, query);
  const { kind } = query;
  const unit = kind === CoreKind.FIELD_EXISTS ? { byteOffset: 0, byteSize: 0 } : unitOf(local, path.field);
  // Compilers choose the word of a bit field in their own ways.
  const known = unit !== undefined && path.field.bitSize === 0;
  return {
    subject: `field ${describeType(local, query.type)}${describePath(path)}`,
    ...(known ? { original: BigInt(fieldValue(local, path.field, unit, kind)) } : {}),
    ...(kind === CoreKind.FIELD_EXISTS ? { absent: 0n } : {}),
    ask(target: CoreTarget): CoreAnswer | { readonly mismatch: Mismatch } {
      const match = matchField(local, path, target);
      return 'mismatch' in match ? match : answer(local, path.field, target, match.field, kind);
    },
  };
}

function answer(
  local: Btf,
  here: CoreField,
  target: CoreTarget,
  field: CoreField,
  kind: number,
): CoreAnswer | { readonly mismatch: Mismatch } {
  const { bitOffset } = field;
  if (kind === CoreKind.FIELD_EXISTS) return { target, value: 1n, bitOffset };
  const unit = unitOf(target.btf, field);
  if (unit === undefined) return { mismatch: { reason: 'it is a bit field there that no 8-byte word holds' } };
  const value = BigInt(fieldValue(target.btf, field, unit, kind));
  if (kind !== CoreKind.FIELD_BYTE_OFFSET) return { target, value, bitOffset };
  return { target, value, bitOffset, ...accessOf(local, here, target.btf, field) };
}

/** Sizes of the field on both sides; not of bit fields, which loads alone do not read. */
function accessOf(local: Btf, here: CoreField, btf: Btf, there: CoreField): { access?: CoreAccess } {
  if (here.bitSize !== 0 || there.bitSize !== 0) return {};
  const localSize = local.sizeOf(here.type);
  const targetSize = btf.sizeOf(there.type);
  const sizes = { localSize, targetSize };
  const resizable =
    localSize === targetSize || canResize(local.type(local.strip(here.type)), btf.type(btf.strip(there.type)));
  if (resizable) return { access: sizes };
  const obstacle = `it has ${targetSize} bytes there instead of ${localSize}, and only pointers and unsigned integers can be read in another size`;
  return { access: { ...sizes, obstacle } };
}

/** Loads fill up with zeros, which is right for unsigned integers and (of 32-bit kernels) pointers. */
function canResize(here: BtfType, there: BtfType): boolean {
  if (here.kind === 'ptr') return there.kind === 'ptr';
  return here.kind === 'int' && there.kind === 'int' && !here.signed && !there.signed;
}
