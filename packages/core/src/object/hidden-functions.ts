import type { Btf } from '../btf/reader.ts';
import { Kind } from '../btf/types.ts';
import { btfRecords } from './btf-records.ts';
import { type Elf, SymbolType, SymbolVisibility } from './elf.ts';

/** Linkage of a FUNC (btf.rst, section 2.2.12). */
const STATIC = 0;

/**
 * Makes static functions, in the bytes of a BTF, of global ones whose symbols are hidden (`__hidden`): nobody outside
 * of the object can call them, so that the kernel need not check them for every argument, as it does with global ones.
 */
export function hideFunctions(bytes: Uint8Array, btf: Btf, elf: Elf): void {
  const hidden = new Set(
    elf.symbols
      .filter(({ type, visibility }) => type === SymbolType.FUNC && isHidden(visibility))
      .map(({ name }) => name),
  );
  if (hidden.size === 0) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const { id, at } of btfRecords(bytes)) {
    const type = btf.kind(id) === 'func' ? btf.type(id) : undefined;
    if (type?.kind !== 'func' || type.linkage !== 'global' || !hidden.has(type.name)) continue;
    // The rest of the word is the kind.
    view.setUint32(at + 4, (Kind.FUNC << 24) | STATIC, true);
  }
}

const isHidden = (visibility: number): boolean =>
  visibility === SymbolVisibility.HIDDEN || visibility === SymbolVisibility.INTERNAL;
