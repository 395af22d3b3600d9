/**
 * A relocatable ELF file (`ET_REL`, 64 bits, machine `EM_BPF`) as plain data: the reader's result, the assembler's
 * output, the writer's input. Source: System V gABI, chapters 4 (sections, symbols, relocations).
 *
 * What only serves the file format is not part of the model: the null section, the symbol table, the string tables and
 * the relocation sections. The reader takes them in, the writer makes them anew.
 */
export interface Elf {
  /** `e_machine`; {@link EM_BPF}. */
  readonly machine: number;
  readonly littleEndian: boolean;
  /** In file order. Symbols and relocations name sections by their index in this list. */
  readonly sections: readonly ElfSection[];
  /** Without the null symbol. Relocations name symbols by their index in this list; any order of bindings will do. */
  readonly symbols: readonly ElfSymbol[];
}

/** Section of an object file. */
export interface ElfSection {
  readonly name: string;
  /** One of {@link SectionType}, or a number of the operating system's or processor's own. */
  readonly type: number;
  /** Bits of {@link SectionFlag}. */
  readonly flags: number;
  /** Contents; empty where {@link type} is NOBITS. */
  readonly data: Uint8Array;
  /** Bytes; `data.length` but for NOBITS, which takes no room in the file. */
  readonly size: number;
  /** Bytes of one entry in a section of entries, else 0. */
  readonly entrySize: number;
  /** A power of two; 0 and 1 mean none. */
  readonly alignment: number;
  /** Relocations that apply to this section, in file order. */
  readonly relocations: readonly ElfRelocation[];
}

/** Where a symbol lives: an index into {@link Elf.sections}, or in none of them. */
export type SymbolSection = number | 'undefined' | 'absolute' | 'common' | 'other';

/** Symbol of an object file. */
export interface ElfSymbol {
  /** Empty for section symbols. */
  readonly name: string;
  /** Offset in its section, in bytes; exact below 2^53. */
  readonly value: number;
  /** Bytes; 0 where unknown. */
  readonly size: number;
  /** One of {@link SymbolBinding}. */
  readonly binding: number;
  /** One of {@link SymbolType}. */
  readonly type: number;
  /** One of {@link SymbolVisibility}. */
  readonly visibility: number;
  readonly section: SymbolSection;
}

/** Relocation: the place at `offset` of its section is to be adjusted for `symbol`. */
export interface ElfRelocation {
  /** Bytes from the start of the section. */
  readonly offset: number;
  /** One of {@link RelocationType}. */
  readonly type: number;
  /** Index into {@link Elf.symbols}; undefined for a relocation without a symbol. */
  readonly symbol: number | undefined;
  /** Given by RELA sections; absent in REL sections, where the addend stands at the place itself. */
  readonly addend?: bigint;
}

/** `e_machine` of eBPF. */
export const EM_BPF = 247;

/** `sh_type` (gABI, figure 4-9). */
export const SectionType = {
  NULL: 0,
  PROGBITS: 1,
  SYMTAB: 2,
  STRTAB: 3,
  RELA: 4,
  NOTE: 7,
  NOBITS: 8,
  REL: 9,
  GROUP: 17,
  SYMTAB_SHNDX: 18,
  /** Symbols whose addresses matter; LLVM's own. */
  LLVM_ADDRSIG: 0x6fff4c03,
} as const;

/** `sh_flags` (gABI, figure 4-11). */
export const SectionFlag = {
  WRITE: 0x1,
  ALLOC: 0x2,
  EXECINSTR: 0x4,
  MERGE: 0x10,
  STRINGS: 0x20,
  INFO_LINK: 0x40,
  LINK_ORDER: 0x80,
  GROUP: 0x200,
  COMPRESSED: 0x800,
} as const;

/** Upper half of `st_info` (gABI, figure 4-16). */
export const SymbolBinding = { LOCAL: 0, GLOBAL: 1, WEAK: 2 } as const;

/** Lower half of `st_info` (gABI, figure 4-17). */
export const SymbolType = { NOTYPE: 0, OBJECT: 1, FUNC: 2, SECTION: 3, FILE: 4, COMMON: 5, TLS: 6 } as const;

/** `st_other` (gABI, figure 4-19). */
export const SymbolVisibility = { DEFAULT: 0, INTERNAL: 1, HIDDEN: 2, PROTECTED: 3 } as const;

/** Relocation types of eBPF (kernel document `bpf/llvm_reloc.rst`), and those that GNU as has of its own for data. */
export const RelocationType = {
  NONE: 0,
  /** 64-bit immediate load: both halves of the immediate. */
  R_BPF_64_64: 1,
  /** 64-bit data. */
  R_BPF_64_ABS64: 2,
  /** 32-bit data. */
  R_BPF_64_ABS32: 3,
  /** 32-bit data in .BTF and .BTF.ext, which loaders do not relocate. */
  R_BPF_64_NODYLD32: 4,
  /** Immediate of a call, counted in instructions from the next one. */
  R_BPF_64_32: 10,
  /** 32-bit data, by GNU as: what stands at the place is complete. */
  R_BPF_DATA_32: 11,
  /** 64-bit data, by GNU as: what stands at the place is complete. */
  R_BPF_DATA_64: 12,
} as const;

/** A section with `data`, of type PROGBITS and without flags, alignment or relocations unless `more` says so. */
export function elfSection(name: string, data: Uint8Array, more: Partial<ElfSection> = {}): ElfSection {
  const defaults = { type: SectionType.PROGBITS, flags: 0, entrySize: 0, alignment: 1, relocations: [] };
  return { name, data, size: data.length, ...defaults, ...more };
}

/** A global symbol without type or size in `section`, unless `more` says so. */
export function elfSymbol(name: string, section: SymbolSection, more: Partial<ElfSymbol> = {}): ElfSymbol {
  const defaults = { value: 0, size: 0, binding: SymbolBinding.GLOBAL, type: SymbolType.NOTYPE };
  return { name, section, visibility: SymbolVisibility.DEFAULT, ...defaults, ...more };
}
