import { hexBytes, type JsonInput } from '@skep/core/base';
import type { CollectionSpec } from '@skep/core/object';

/** Bytes of one instruction slot. */
const SLOT = 8;

/** The bytes of each program as text: a heading, then a line for each slot. */
export function programsHex(spec: CollectionSpec): string {
  return [...spec.programs.values()]
    .map(({ name, section, code }) => {
      const lines = Array.from({ length: code.length / SLOT }, (_, slot) =>
        hexBytes(code.subarray(slot * SLOT, (slot + 1) * SLOT)),
      );
      return [`${name} (section ${section}):`, ...lines, ''].join('\n');
    })
    .join('\n');
}

/** The programs and maps of an assembled file. */
export function programsJson(spec: CollectionSpec): JsonInput {
  return {
    license: spec.license,
    programs: [...spec.programs.values()].map(({ name, section, type, code }) => ({
      name,
      section,
      type,
      slots: code.length / SLOT,
      code: hexBytes(code),
    })),
    maps: [...spec.maps.values()].map(({ name, type, keySize, valueSize, maxEntries, flags }) => ({
      name,
      type,
      keySize,
      valueSize,
      maxEntries,
      flags,
    })),
  };
}
