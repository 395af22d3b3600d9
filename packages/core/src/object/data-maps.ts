import type { Btf } from '../btf/reader.ts';
import type { DataSectionType } from '../btf/types.ts';
import type { KconfigSpec, VariableSpec } from './collection-spec.ts';
import { type ElfSection, SymbolBinding } from './elf.ts';
import type { MapSpec } from './map-spec.ts';
import { isDataSymbol, type ObjectFile } from './object-file.ts';

/** Programs cannot write (Linux 5.2). */
const BPF_F_RDONLY_PROG = 0x80;
/** Userland can map the values into its memory (Linux 5.5). */
const BPF_F_MMAPABLE = 0x400;

/** The map that holds the variables of a data section, as its only value. */
export function dataMap(object: ObjectFile, section: ElfSection, origin: 'rodata' | 'data' | 'bss'): MapSpec {
  const type = object.btf?.findByName(section.name, 'datasec');
  const readOnly = origin === 'rodata';
  const mappable = object.btf !== undefined && type !== undefined && hasGlobal(object.btf, type);
  return {
    name: section.name,
    ...arrayOfOne,
    valueSize: section.size,
    flags: (readOnly ? BPF_F_RDONLY_PROG : 0) | (mappable ? BPF_F_MMAPABLE : 0),
    ...(type === undefined ? {} : { valueType: type }),
    contents: origin === 'bss' ? [] : [{ key: new Uint8Array(4), value: { kind: 'bytes', bytes: section.data } }],
    frozen: readOnly,
    origin,
    section: section.name,
  };
}

const arrayOfOne = {
  type: 'array',
  keySize: 4,
  maxEntries: 1,
  mapExtra: 0n,
  pinning: 'none',
} as const satisfies Partial<MapSpec>;

/** Static variables belong to the program alone: a section of nothing else is not offered for mapping. */
function hasGlobal(btf: Btf, id: number): boolean {
  return (btf.type(id) as DataSectionType).variables.some(({ type }) => {
    const variable = btf.type(type);
    return variable.kind === 'var' && variable.linkage !== 'static';
  });
}

/** The variables of a data section: from its DATASEC, or from the symbols where it has none. */
export function sectionVariables(
  object: ObjectFile,
  section: ElfSection,
  index: number,
  constant: boolean,
): VariableSpec[] {
  const id = object.btf?.findByName(section.name, 'datasec');
  const variables =
    object.btf === undefined || id === undefined
      ? symbolVariables(object, section, index, constant)
      : typedVariables(object.btf, object.btf.type(id) as DataSectionType, constant);
  return variables.filter(({ name, offset, size }) => name !== '' && offset + size <= section.size);
}

function typedVariables(btf: Btf, section: DataSectionType, constant: boolean): VariableSpec[] {
  return section.variables.flatMap(({ type, offset, size }): VariableSpec[] => {
    const variable = btf.type(type);
    if (variable.kind !== 'var') return [];
    const linkage = variable.linkage === 'static' ? 'static' : 'global';
    return [{ name: variable.name, map: section.name, offset, size, type: variable.type, constant, linkage }];
  });
}

function symbolVariables(object: ObjectFile, section: ElfSection, index: number, constant: boolean): VariableSpec[] {
  return object
    .symbolsOf(index)
    .filter((symbol) => isDataSymbol(symbol) && symbol.size > 0)
    .map(({ name, value, size, binding }) => ({
      name,
      map: section.name,
      offset: value,
      size,
      constant,
      linkage: binding === SymbolBinding.LOCAL ? 'static' : 'global',
    }));
}

/** The kernel configuration values the object asks for, and the map that holds them. */
export function kconfigMap({ btf, elf }: ObjectFile): { map: MapSpec; values: KconfigSpec[] } | undefined {
  const id = btf?.findByName('.kconfig', 'datasec');
  if (btf === undefined || id === undefined) return undefined;
  const section = btf.type(id) as DataSectionType;
  const weak = new Set(elf.symbols.filter(({ binding }) => binding === SymbolBinding.WEAK).map(({ name }) => name));
  const values = section.variables.map(({ type, offset, size }): KconfigSpec => {
    const variable = btf.type(type);
    const name = btf.name(type);
    return { name, offset, size, ...(variable.kind === 'var' ? { type: variable.type } : {}), weak: weak.has(name) };
  });
  const map: MapSpec = {
    name: '.kconfig',
    ...arrayOfOne,
    valueSize: section.size,
    flags: BPF_F_RDONLY_PROG | BPF_F_MMAPABLE,
    valueType: id,
    contents: [],
    frozen: true,
    origin: 'kconfig',
    section: '.kconfig',
  };
  return { map, values };
}
