import type { CoreField } from './core-path.ts';
import { CoreKind } from './core-relocation.ts';
import { type CoreSide, sizeOn } from './core-size.ts';
import type { Btf } from './reader.ts';

/** The bytes a program loads to see a field: the field itself, or the word that holds a whole bit field. */
export interface FieldUnit {
  readonly byteOffset: number;
  readonly byteSize: number;
}

/**
 * Where to load a field from. A bit field is loaded as a word of its declared type's size, aligned to that size; as a
 * larger one, up to 8 bytes, where it crosses the end of that word.
 * @returns undefined for a bit field that no word of 8 bytes holds.
 */
export function unitOf(side: CoreSide, { type, bitOffset, bitSize }: CoreField): FieldUnit | undefined {
  let byteSize = sizeOn(side, type);
  if (bitSize === 0) return { byteOffset: Math.floor(bitOffset / 8), byteSize };
  for (; byteSize > 0 && byteSize <= 8; byteSize *= 2) {
    const byteOffset = Math.floor(bitOffset / 8 / byteSize) * byteSize;
    if (bitOffset + bitSize <= (byteOffset + byteSize) * 8) return { byteOffset, byteSize };
  }
  return undefined;
}

/**
 * The answer to a question about a field. Shifts are for the little-endian word, once it is loaded into 64 bits:
 *
 *      63                    bit + size     bit        0
 *     +--------------------------+-----------+----------+
 *     |      left shift          |   field   |          |
 *     +--------------------------+-----------+----------+
 */
export function fieldValue(btf: Btf, field: CoreField, unit: FieldUnit, kind: number): number {
  const bits = field.bitSize === 0 ? unit.byteSize * 8 : field.bitSize;
  switch (kind) {
    case CoreKind.FIELD_BYTE_OFFSET:
      return unit.byteOffset;
    case CoreKind.FIELD_BYTE_SIZE:
      return unit.byteSize;
    case CoreKind.FIELD_SIGNED:
      return isSigned(btf, field) ? 1 : 0;
    case CoreKind.FIELD_LSHIFT_U64:
      return 64 - (field.bitOffset + bits - unit.byteOffset * 8);
    case CoreKind.FIELD_RSHIFT_U64:
      return 64 - bits;
    default:
      return 1;
  }
}

function isSigned(btf: Btf, { type }: CoreField): boolean {
  const stripped = btf.type(btf.strip(type));
  return 'signed' in stripped && stripped.signed;
}
