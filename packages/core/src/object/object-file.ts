import type { Report } from '../base/diagnostic.ts';
import { type ErrorDetails, type Place, SkepError } from '../base/errors.ts';
import type { BtfExt } from '../btf/ext.ts';
import type { Btf } from '../btf/reader.ts';
import { type Elf, type ElfSection, type ElfSymbol, SectionFlag, SectionType, SymbolType } from './elf.ts';

/** An object file while it is being read: what the readers of maps, variables and programs share. */
export interface ObjectFile {
  readonly elf: Elf;
  readonly btf: Btf | undefined;
  readonly ext: BtfExt | undefined;
  /** Symbols of each section, by the section's index, in the order of the symbol table. */
  readonly symbolsOf: (section: number) => readonly ElfSymbol[];
  readonly report: Report;
}

/** What a section of an object holds, by its name and flags; the names are libbpf's. */
export type SectionRole =
  | 'code'
  | 'maps'
  | 'legacy-maps'
  | 'rodata'
  | 'data'
  | 'bss'
  | 'struct_ops'
  | 'license'
  | 'version'
  | 'other';

/** Says what a section holds. */
export function sectionRole({ name, type, flags }: ElfSection): SectionRole {
  if (name === '.maps') return 'maps';
  if (name === 'maps') return 'legacy-maps';
  if (name === 'license' || name === 'version') return name;
  if (name === '.struct_ops' || name === '.struct_ops.link') return 'struct_ops';
  if (type === SectionType.NOBITS) return isNamed(name, '.bss') ? 'bss' : 'other';
  if (type !== SectionType.PROGBITS) return 'other';
  if ((flags & SectionFlag.EXECINSTR) !== 0) return 'code';
  if (isNamed(name, '.rodata')) return 'rodata';
  return isNamed(name, '.data') ? 'data' : 'other';
}

function isNamed(name: string, base: string): boolean {
  return name === base || name.startsWith(`${base}.`);
}

/** An error about what the object says, as opposed to the format of the file. */
export function badObject(what: string, place: Place, details: Omit<ErrorDetails, 'place'> = {}): SkepError {
  return new SkepError('SKEP_BAD_OBJECT', what, { place, ...details });
}

/** Symbols by the index of their section. */
export function groupSymbols(symbols: readonly ElfSymbol[]): (section: number) => readonly ElfSymbol[] {
  const groups = new Map<number, ElfSymbol[]>();
  for (const symbol of symbols) {
    if (typeof symbol.section !== 'number') continue;
    const group = groups.get(symbol.section);
    if (group === undefined) groups.set(symbol.section, [symbol]);
    else group.push(symbol);
  }
  return (section) => groups.get(section) ?? [];
}

/** Variables: symbols that name data. Assemblers leave the type out unless told. */
export function isDataSymbol({ type, name }: ElfSymbol): boolean {
  return name !== '' && (type === SymbolType.OBJECT || type === SymbolType.NOTYPE);
}

/** `symbol x` or `section .data`: what a relocation names, for messages. */
export function describeSymbol(elf: Elf, symbol: ElfSymbol): string {
  if (symbol.name !== '') return `symbol ${symbol.name}`;
  return typeof symbol.section === 'number'
    ? `section ${elf.sections[symbol.section]?.name ?? ''}`
    : 'a nameless symbol';
}
