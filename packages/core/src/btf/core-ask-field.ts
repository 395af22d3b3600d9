import { describeType } from './core-error.ts';
import { matchField } from './core-field-match.ts';
import { fieldValue, unitOf } from './core-field-value.ts';
import { type CoreField, describePath, readPath } from './core-path.ts';
import type { CoreAnswer, CoreQuestion, Mismatch } from './core-question.ts';
import { type CoreAccess, CoreKind, type CoreQuery, type CoreTarget } from './core-relocation.ts';
import { sizeOn } from './core-size.ts';
import type { Btf } from './reader.ts';
import type { BtfType } from './types.ts';

/** A relocation about a field. @throws SKEP_BAD_OBJECT where its path does not fit the local type. */
export function askField(local: Btf, query: CoreQuery): CoreQuestion {
  const path = readPath(local, query);
  const { kind } = query;
  const unit =
    kind === CoreKind.FIELD_EXISTS
      ? { byteOffset: 0, byteSize: 0 }
      : unitOf({ btf: local, pointerSize: 8 }, path.field);
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
  const unit = unitOf(target, field);
  if (unit === undefined)
    return { target, value: -1n, bitOffset, obstacle: 'no aligned word of 8 bytes holds the bit field' };
  const value = BigInt(fieldValue(target.btf, field, unit, kind));
  if (kind !== CoreKind.FIELD_BYTE_OFFSET) return { target, value, bitOffset };
  return { target, value, bitOffset, ...accessOf(local, here, target, field) };
}

/** How loads and stores see the field on both sides. A bit field on both sides is the business of its shifts. */
function accessOf(local: Btf, here: CoreField, target: CoreTarget, there: CoreField): { access?: CoreAccess } {
  if (here.bitSize !== 0 && there.bitSize !== 0) return {};
  const sizes = { localSize: local.sizeOf(here.type), targetSize: sizeOn(target, there.type) };
  const obstacle = obstacleOf(local, here, target.btf, there, sizes);
  return { access: { ...sizes, ...(obstacle === undefined ? {} : { obstacle }) } };
}

function obstacleOf(
  local: Btf,
  here: CoreField,
  btf: Btf,
  there: CoreField,
  { localSize, targetSize }: CoreAccess,
): string | undefined {
  if (here.bitSize !== 0) return 'it is a bit field in the program, but not there';
  if (there.bitSize !== 0) return `it is a bit field of ${there.bitSize} bits there`;
  if (localSize === targetSize) return undefined;
  if (canResize(local.type(local.strip(here.type)), btf.type(btf.strip(there.type)))) return undefined;
  return `it has ${targetSize} bytes there instead of ${localSize}, and only pointers and unsigned integers can be read in another size`;
}

/** Loads fill up with zeros, which is right for unsigned integers and (of 32-bit kernels) pointers. */
function canResize(here: BtfType, there: BtfType): boolean {
  if (here.kind === 'ptr') return there.kind === 'ptr';
  return here.kind === 'int' && there.kind === 'int' && !here.signed && !there.signed;
}
