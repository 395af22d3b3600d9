import { type Elf, type ElfSection, RelocationType } from './elf.ts';
import { badObject } from './object-file.ts';

/**
 * Contents of a section of plain data with its relocations applied, as far as symbols have addresses in the object:
 * `R_BPF_64_ABS64`, `R_BPF_64_ABS32` and `R_BPF_64_NODYLD32` add the symbol's offset in its section to what stands at
 * the place (llvm_reloc.rst); GNU as has done so already for its own types. A copy where there are any, else the section's own bytes.
 * @throws SKEP_BAD_OBJECT for a place outside the section or another type of relocation.
 */
export function relocateData(elf: Elf, section: ElfSection): Uint8Array {
  if (section.relocations.length === 0) return section.data;
  const data = new Uint8Array(section.data);
  const view = new DataView(data.buffer);
  for (const { offset, type, symbol, addend } of section.relocations) {
    if (type === RelocationType.NONE) continue;
    const size = relocationSize(type);
    if (size === undefined || offset + size > data.length) {
      throw badObject(
        'a relocation of data cannot be applied',
        { section: section.name, offset },
        {
          reason: size === undefined ? `its type is ${type}` : `the section has ${data.length} bytes`,
        },
      );
    }
    if (type === RelocationType.R_BPF_DATA_32 || type === RelocationType.R_BPF_DATA_64) continue;
    const target = symbol === undefined ? undefined : elf.symbols[symbol];
    if (target === undefined || typeof target.section !== 'number' || !Number.isFinite(target.value)) continue;
    const value = BigInt(target.value);
    if (size === 8) view.setBigUint64(offset, value + (addend ?? view.getBigUint64(offset, true)), true);
    else
      view.setUint32(
        offset,
        Number(BigInt.asUintN(32, value + (addend ?? BigInt(view.getUint32(offset, true))))),
        true,
      );
  }
  return data;
}

const sizes: ReadonlyMap<number, 4 | 8> = new Map([
  [RelocationType.R_BPF_64_ABS64, 8],
  [RelocationType.R_BPF_64_ABS32, 4],
  [RelocationType.R_BPF_64_NODYLD32, 4],
  [RelocationType.R_BPF_DATA_32, 4],
  [RelocationType.R_BPF_DATA_64, 8],
]);

/** Bytes that a relocation of data changes; undefined for those of instructions and unknown ones. */
export function relocationSize(type: number): 4 | 8 | undefined {
  return sizes.get(type);
}
