import {
  type Elf,
  type ElfRelocation,
  type ElfSection,
  type ElfSymbol,
  SectionType,
  type SymbolSection,
} from './elf.ts';
import {
  badElf,
  EntrySize,
  readElfHeader,
  SHN_ABS,
  SHN_COMMON,
  SHN_LORESERVE,
  SHN_UNDEF,
  SHN_XINDEX,
  toOffset,
} from './elf-header.ts';
import { StringTable } from './string-table.ts';

/** Section header as it stands in the file. */
interface RawSection {
  readonly header: number;
  readonly nameOffset: number;
  readonly type: number;
  readonly flags: number;
  readonly start: number;
  readonly size: number;
  readonly link: number;
  readonly info: number;
  readonly alignment: number;
  readonly entrySize: number;
}

/** Section types that the model takes in rather than keeps. */
const taken: ReadonlySet<number> = new Set([
  SectionType.NULL,
  SectionType.SYMTAB,
  SectionType.STRTAB,
  SectionType.REL,
  SectionType.RELA,
  SectionType.SYMTAB_SHNDX,
]);

/**
 * Reads an eBPF object file: 64-bit little-endian relocatable ELF (gABI, chapter 4). Section data are views on
 * `bytes`, not copies. Takes time linear in the length of the file whatever its tables claim.
 * @throws SKEP_BAD_ELF with the offset in the file.
 */
export function readElf(bytes: Uint8Array): Elf {
  return new ElfReader(bytes).read();
}

class ElfReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #raw: RawSection[] = [];
  /** Index in the model of each section of the file; undefined where the model takes it in. */
  #kept: (number | undefined)[] = [];
  /** Bytes of relocation tables that may still be read: tables that overlap would otherwise be read many times. */
  #relocationBytes: number;

  constructor(bytes: Uint8Array) {
    // A plain view: what a subclass such as Node's makes of slice and subarray is another thing.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#relocationBytes = bytes.length;
  }

  read(): Elf {
    const header = readElfHeader(this.#bytes);
    this.#raw = this.#sectionHeaders(header.sectionHeaders, header.sectionCount);
    const nameSection = header.nameSection === SHN_XINDEX ? (this.#raw[0]?.link ?? 0) : header.nameSection;
    const names = this.#strings(nameSection, 'the section names');
    let kept = 0;
    this.#kept = this.#raw.map(({ type }) => {
      if (taken.has(type)) return undefined;
      kept += 1;
      return kept - 1;
    });
    const symbols = this.#symbols();
    const relocations = this.#relocations(symbols.length);
    const sections = this.#raw.flatMap((raw, index): ElfSection[] => {
      if (taken.has(raw.type)) return [];
      const { type, flags, size, entrySize, alignment } = raw;
      const name = names.at(raw.nameOffset, raw.header);
      return [
        {
          name,
          type,
          flags,
          data: this.#data(raw),
          size,
          entrySize,
          alignment,
          relocations: relocations.get(index) ?? [],
        },
      ];
    });
    return { machine: header.machine, littleEndian: true, sections, symbols };
  }

  #sectionHeaders(start: number, countInHeader: number): RawSection[] {
    if (start === 0) return [];
    const available = Math.floor((this.#bytes.length - start) / EntrySize.SECTION);
    const first = available > 0 ? this.#sectionHeader(start) : undefined;
    // With 0xff00 sections and more the count stands in the size of section 0 (gABI, e_shnum).
    const count = countInHeader === 0 ? (first?.size ?? 0) : countInHeader;
    if (first === undefined || count > available) {
      throw badElf('the section headers reach past the end of the file', 40, {
        reason: `${Math.max(count, 1)} headers of 64 bytes at offset ${start}, the file has ${this.#bytes.length} bytes`,
        remedy: 'the file is truncated or damaged: make it anew',
      });
    }
    return Array.from({ length: count }, (_, index) => this.#sectionHeader(start + index * EntrySize.SECTION));
  }

  #sectionHeader(at: number): RawSection {
    const view = this.#view;
    return {
      header: at,
      nameOffset: view.getUint32(at, true),
      type: view.getUint32(at + 4, true),
      flags: toOffset(view.getBigUint64(at + 8, true)),
      start: toOffset(view.getBigUint64(at + 24, true)),
      size: toOffset(view.getBigUint64(at + 32, true)),
      link: view.getUint32(at + 40, true),
      info: view.getUint32(at + 44, true),
      alignment: toOffset(view.getBigUint64(at + 48, true)),
      entrySize: toOffset(view.getBigUint64(at + 56, true)),
    };
  }

  /** Contents of a section, checked to lie in the file. */
  #data(raw: RawSection): Uint8Array {
    if (raw.type === SectionType.NOBITS) {
      if (raw.size <= 0xffffffff) return new Uint8Array(0);
      throw badElf('a section is too large', raw.header + 32, { reason: 'sections are below 4 GiB' });
    }
    if (raw.start + raw.size > this.#bytes.length) {
      throw badElf('a section reaches past the end of the file', raw.header + 24, {
        reason: `${raw.size} bytes at offset ${raw.start}, the file has ${this.#bytes.length} bytes`,
        remedy: 'the file is truncated or damaged: make it anew',
      });
    }
    return this.#bytes.subarray(raw.start, raw.start + raw.size);
  }

  #strings(index: number, what: string): StringTable {
    if (index === SHN_UNDEF) return new StringTable(new Uint8Array(0), what);
    const raw = this.#raw[index];
    if (raw?.type !== SectionType.STRTAB) {
      throw badElf(`${what} are missing`, raw?.header, { reason: `section ${index} is no string table` });
    }
    return new StringTable(this.#data(raw), what);
  }

  /** The entries of a table as offsets in the file. */
  #entries(raw: RawSection, size: number, what: string): number[] {
    const { length } = this.#data(raw);
    if (raw.entrySize !== size || length % size !== 0) {
      throw badElf(`${what} is malformed`, raw.header + 56, {
        reason: `${length} bytes in entries of ${raw.entrySize}; an entry has ${size}`,
      });
    }
    return Array.from({ length: length / size }, (_, index) => raw.start + index * size);
  }

  #symbols(): ElfSymbol[] {
    const [table, second] = this.#raw.filter(({ type }) => type === SectionType.SYMTAB);
    if (second !== undefined) throw badElf('there are two symbol tables', second.header, { reason: 'one is allowed' });
    if (table === undefined) return [];
    const names = this.#strings(table.link, 'the symbol names');
    const extended = this.#extendedIndices(table);
    return this.#entries(table, EntrySize.SYMBOL, 'the symbol table')
      .map((at, index) => this.#symbol(at, names, extended?.[index] ?? 0))
      .slice(1);
  }

  /** Section indices of 0xff00 and more, by symbol (SYMTAB_SHNDX). */
  #extendedIndices(table: RawSection): Uint32Array | undefined {
    const index = this.#raw.indexOf(table);
    const raw = this.#raw.find(({ type, link }) => type === SectionType.SYMTAB_SHNDX && link === index);
    if (raw === undefined) return undefined;
    return Uint32Array.from(this.#entries({ ...raw, entrySize: 4 }, 4, 'the table of section indices'), (at) =>
      this.#view.getUint32(at, true),
    );
  }

  #symbol(at: number, names: StringTable, extended: number): ElfSymbol {
    const view = this.#view;
    const info = view.getUint8(at + 4);
    const section = view.getUint16(at + 6, true);
    return {
      name: names.at(view.getUint32(at, true), at),
      value: toOffset(view.getBigUint64(at + 8, true)),
      size: toOffset(view.getBigUint64(at + 16, true)),
      binding: info >> 4,
      type: info & 15,
      visibility: view.getUint8(at + 5) & 3,
      section: this.#symbolSection(section === SHN_XINDEX ? extended : section, section === SHN_XINDEX, at),
    };
  }

  #symbolSection(index: number, extended: boolean, at: number): SymbolSection {
    if (index === SHN_UNDEF) return 'undefined';
    if (!extended && index >= SHN_LORESERVE) {
      return index === SHN_ABS ? 'absolute' : index === SHN_COMMON ? 'common' : 'other';
    }
    if (index >= this.#raw.length) {
      throw badElf('a symbol lies in a section that does not exist', at + 6, {
        reason: `section ${index}; there are sections 0 to ${this.#raw.length - 1}`,
      });
    }
    return this.#kept[index] ?? 'other';
  }

  /** Relocations by the file index of the section they apply to. */
  #relocations(symbolCount: number): Map<number, ElfRelocation[]> {
    const tables = new Map<number, ElfRelocation[]>();
    for (const raw of this.#raw) {
      if (raw.type !== SectionType.REL && raw.type !== SectionType.RELA) continue;
      if (this.#kept[raw.info] === undefined) {
        throw badElf('relocations apply to a section that has none', raw.header + 44, {
          reason: `section ${raw.info} does not exist or is a table of the file itself`,
        });
      }
      this.#relocationBytes -= raw.size;
      if (this.#relocationBytes < 0) {
        throw badElf('the relocation tables overlap', raw.header + 24, { reason: 'together they exceed the file' });
      }
      const table = tables.get(raw.info) ?? [];
      this.#readRelocations(raw, symbolCount, table);
      tables.set(raw.info, table);
    }
    return tables;
  }

  #readRelocations(raw: RawSection, symbolCount: number, table: ElfRelocation[]): void {
    const explicit = raw.type === SectionType.RELA;
    for (const at of this.#entries(raw, explicit ? EntrySize.RELA : EntrySize.REL, 'a relocation table')) {
      const type = this.#view.getUint32(at + 8, true);
      const symbol = this.#view.getUint32(at + 12, true);
      if (symbol > symbolCount) {
        throw badElf('a relocation names a symbol that does not exist', at + 12, {
          reason: `symbol ${symbol}; there are symbols 0 to ${symbolCount}`,
        });
      }
      table.push({
        offset: toOffset(this.#view.getBigUint64(at, true)),
        type,
        symbol: symbol === 0 ? undefined : symbol - 1,
        ...(explicit ? { addend: this.#view.getBigInt64(at + 16, true) } : {}),
      });
    }
  }
}
