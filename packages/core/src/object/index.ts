export { applyCoreRelocations, coreFailures } from './apply-core-relocations.ts';
export type { CollectionSpec, KconfigSpec, VariableSpec } from './collection-spec.ts';
export { BAD_RELOCATION } from './core-patch.ts';
export {
  type Elf,
  type ElfRelocation,
  type ElfSection,
  type ElfSymbol,
  EM_BPF,
  elfSection,
  elfSymbol,
  RelocationType,
  SectionFlag,
  SectionType,
  SymbolBinding,
  type SymbolSection,
  SymbolType,
  SymbolVisibility,
} from './elf.ts';
export { readElf } from './elf-reader.ts';
export { writeElf } from './elf-writer.ts';
export type { InitialEntry, InitialValue, MapSpec, StructOpsSpec } from './map-spec.ts';
export type { CoreRelocation, FunctionInfo, LineInfo, ProgramSpec, Reference } from './program-spec.ts';
export { collectionFromElf, type ReadOptions, readCollection } from './read-collection.ts';
