import type { DataSectionType } from '../btf/types.ts';
import type { ElfSection } from './elf.ts';
import type { MapSpec } from './map-spec.ts';
import { badObject, type ObjectFile } from './object-file.ts';

/** The map is registered by a link (Linux 6.4). */
const BPF_F_LINK = 0x2000;

/**
 * The maps of sections `.struct_ops` and `.struct_ops.link` (Linux 5.6): each variable is a struct of functions for
 * the kernel. Its value type is the struct as the object declares it, its contents are the members that are plain
 * data; which program stands for which member is told as a note, as a map's contents cannot say it.
 * @throws SKEP_BAD_OBJECT where the section has no type information.
 */
export function readStructOps(object: ObjectFile, section: ElfSection): MapSpec[] {
  const { btf, elf } = object;
  const id = btf?.findByName(section.name, 'datasec');
  if (section.size === 0) return [];
  if (btf === undefined || id === undefined) {
    throw badObject(
      `section ${section.name} has no type information`,
      { section: section.name },
      {
        remedy: 'compile with -g',
      },
    );
  }
  const programs = section.relocations.flatMap(({ symbol }) =>
    symbol === undefined ? [] : (elf.symbols[symbol]?.name ?? []),
  );
  if (programs.length > 0) {
    object.report({
      severity: 'note',
      message: `the members of ${section.name} that name programs are left to the host: ${programs.slice(0, 8).join(', ')}`,
      place: { section: section.name },
    });
  }
  return (btf.type(id) as DataSectionType).variables.map(({ type, offset, size }): MapSpec => {
    const variable = btf.type(type);
    if (variable.kind !== 'var' || offset + size > section.data.length) {
      throw badObject(`a variable of section ${section.name} does not lie in it`, { section: section.name, offset });
    }
    return {
      name: variable.name,
      type: 'struct_ops',
      keySize: 4,
      valueSize: size,
      maxEntries: 1,
      flags: section.name === '.struct_ops.link' ? BPF_F_LINK : 0,
      mapExtra: 0n,
      pinning: 'none',
      valueType: variable.type,
      contents: [
        { key: new Uint8Array(4), value: { kind: 'bytes', bytes: section.data.subarray(offset, offset + size) } },
      ],
      frozen: false,
      origin: 'struct_ops',
      section: section.name,
    };
  });
}
