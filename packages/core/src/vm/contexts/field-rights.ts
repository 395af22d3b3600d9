import type { ContextField } from '../../abi/contexts/field.ts';

/** Answers whether an access to a context structure, given by offset and size in bytes, is allowed. */
export type RightsCheck = (offset: number, size: number, write: boolean) => boolean;

/** Makes the check for one program type out of its table of fields. */
export function rightsOf(fields: readonly ContextField[], structureSize: number): RightsCheck {
  // One byte per offset: the sizes 1, 2, 4, 8 are its bits for reading, and shifted by four for writing.
  const rights = new Uint8Array(structureSize);
  for (const field of fields) {
    grant(rights, field, field.read, 0);
    grant(rights, field, field.write, 4);
  }
  return (offset, size, write) =>
    (((rights[offset] ?? 0) >> (write ? 4 : 0)) & size) !== 0 && (size & (size - 1)) === 0;
}

function grant(rights: Uint8Array, field: ContextField, how: 'whole' | 'narrow' | undefined, shift: number): void {
  if (how === undefined) return;
  for (let size = how === 'whole' ? field.size : 1; size <= field.size; size *= 2) {
    for (let at = field.offset; at < field.offset + field.size; at += size) {
      rights[at] = (rights[at] ?? 0) | (size << shift);
    }
  }
}
