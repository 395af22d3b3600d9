import { RECORD_SIZE } from '../btf/decode-type.ts';
import type { Btf } from '../btf/reader.ts';
import type { DataSectionType, SectionVariable } from '../btf/types.ts';
import { btfRecords } from './btf-records.ts';
import type { Elf } from './elf.ts';
import { layOutKconfig } from './kconfig.ts';
import { groupSymbols, isDataSymbol } from './object-file.ts';

/**
 * Fills in the size of each DATASEC and the offsets of its variables, from the section and the symbols of the ELF
 * file, in the bytes of the BTF. clang leaves sizes 0 (and offsets to relocations), gcc both. Variables are sorted by
 * offset, as kernels want them. The virtual section `.kconfig` gets a layout of its own.
 */
export function placeVariables(bytes: Uint8Array, btf: Btf, elf: Elf): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const symbolsOf = groupSymbols(elf.symbols);
  const sections = new Map(elf.sections.map(({ name }, index) => [name, index]));
  for (const { id, at } of btfRecords(bytes)) {
    if (btf.kind(id) !== 'datasec') continue;
    const type = btf.type(id) as DataSectionType;
    const index = sections.get(type.name);
    const placed =
      type.name === '.kconfig'
        ? layOutKconfig(btf, type)
        : index === undefined
          ? undefined
          : {
              size: elf.sections[index]?.size ?? 0,
              variables: withOffsets(
                btf,
                type.variables,
                new Map(
                  symbolsOf(index)
                    .filter(isDataSymbol)
                    .map(({ name, value }) => [name, value]),
                ),
              ),
            };
    if (placed === undefined) continue;
    view.setUint32(at + 8, placed.size, true);
    for (const [position, variable] of placed.variables.entries()) {
      const entry = at + RECORD_SIZE + position * 12;
      view.setUint32(entry, variable.type, true);
      view.setUint32(entry + 4, variable.offset, true);
      view.setUint32(entry + 8, variable.size, true);
    }
  }
}

function withOffsets(
  btf: Btf,
  variables: readonly SectionVariable[],
  offsets: ReadonlyMap<string, number>,
): SectionVariable[] {
  return variables
    .map((variable) => ({ ...variable, offset: offsets.get(btf.name(variable.type)) ?? variable.offset }))
    .sort((a, b) => a.offset - b.offset);
}
