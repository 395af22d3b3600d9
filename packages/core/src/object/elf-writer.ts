import { ByteWriter } from '../base/bytes.ts';
import { type Elf, type ElfSection, type ElfSymbol, SectionFlag, SectionType, SymbolBinding } from './elf.ts';
import { EntrySize, ET_REL, SHN_ABS, SHN_COMMON, SHN_LORESERVE, SHN_UNDEF, SHN_XINDEX } from './elf-header.ts';
import { StringTableWriter } from './string-table-writer.ts';

/** Section as it is written: contents, and links by file index. */
interface OutputSection extends Omit<ElfSection, 'relocations'> {
  readonly link: number;
  readonly info: number;
}

/**
 * Writes a 64-bit little-endian relocatable object file that llvm-readelf, libbpf and bpftool accept; `readElf` gives
 * the same model back, with local symbols before the others, as the format asks for. Files of 0xff00 sections and more
 * use extended numbering, but no symbol may lie in a section beyond that.
 */
export function writeElf(elf: Elf): Uint8Array {
  const order = symbolOrder(elf.symbols);
  const fileIndex = sectionIndices(elf.sections);
  const tableIndex = 1 + elf.sections.length + elf.sections.filter(hasRelocations).length;
  const output: OutputSection[] = [];
  for (const [index, section] of elf.sections.entries()) {
    const link = section.type === SectionType.LLVM_ADDRSIG ? tableIndex : 0;
    output.push({ ...section, link, info: 0 });
    if (hasRelocations(section)) output.push(relocationTable(section, fileIndex[index] ?? 0, tableIndex, order));
  }
  output.push(...symbolTables(elf.symbols, order, fileIndex, tableIndex));
  return layOut(elf.machine, output);
}

function hasRelocations({ relocations }: ElfSection): boolean {
  return relocations.length > 0;
}

/** File index of each section: the null section stands first, and each relocation table behind its section. */
function sectionIndices(sections: readonly ElfSection[]): number[] {
  let next = 1;
  return sections.map((section) => {
    const index = next;
    next += hasRelocations(section) ? 2 : 1;
    return index;
  });
}

/** File index of each symbol: locals before the others (gABI, sh_info of SYMTAB), behind the null symbol. */
function symbolOrder(symbols: readonly ElfSymbol[]): number[] {
  let local = 1;
  let other = 1 + symbols.filter(isLocal).length;
  return symbols.map((symbol) => {
    if (!isLocal(symbol)) {
      other += 1;
      return other - 1;
    }
    local += 1;
    return local - 1;
  });
}

function isLocal({ binding }: ElfSymbol): boolean {
  return binding === SymbolBinding.LOCAL;
}

function relocationTable(
  section: ElfSection,
  target: number,
  symbolTable: number,
  order: readonly number[],
): OutputSection {
  const explicit = section.relocations.some(({ addend }) => addend !== undefined);
  const writer = new ByteWriter();
  for (const { offset, type, symbol, addend } of section.relocations) {
    writer
      .u64(toUint64(offset))
      .u32(type)
      .u32(symbol === undefined ? 0 : (order[symbol] ?? 0));
    if (explicit) writer.u64(addend ?? 0n);
  }
  const data = writer.finish();
  return {
    name: `${explicit ? '.rela' : '.rel'}${section.name}`,
    type: explicit ? SectionType.RELA : SectionType.REL,
    flags: SectionFlag.INFO_LINK,
    data,
    size: data.length,
    link: symbolTable,
    info: target,
    entrySize: explicit ? EntrySize.RELA : EntrySize.REL,
    alignment: 8,
  };
}

/** The symbol table and its strings. */
function symbolTables(
  symbols: readonly ElfSymbol[],
  order: readonly number[],
  fileIndex: readonly number[],
  tableIndex: number,
): OutputSection[] {
  const strings = new StringTableWriter();
  const table = new Uint8Array((symbols.length + 1) * EntrySize.SYMBOL);
  const view = new DataView(table.buffer);
  for (const [index, symbol] of symbols.entries()) {
    const at = (order[index] ?? 0) * EntrySize.SYMBOL;
    view.setUint32(at, strings.add(symbol.name), true);
    view.setUint8(at + 4, (symbol.binding << 4) | symbol.type);
    view.setUint8(at + 5, symbol.visibility);
    view.setUint16(at + 6, symbolSection(symbol, fileIndex), true);
    view.setBigUint64(at + 8, toUint64(symbol.value), true);
    view.setBigUint64(at + 16, toUint64(symbol.size), true);
  }
  const names = strings.finish();
  const plain = { flags: 0, link: 0, info: 0, entrySize: 0, alignment: 1 };
  return [
    {
      ...plain,
      name: '.symtab',
      type: SectionType.SYMTAB,
      data: table,
      size: table.length,
      link: tableIndex + 1,
      info: 1 + symbols.filter(isLocal).length,
      entrySize: EntrySize.SYMBOL,
      alignment: 8,
    },
    { ...plain, name: '.strtab', type: SectionType.STRTAB, data: names, size: names.length },
  ];
}

function symbolSection({ section }: ElfSymbol, fileIndex: readonly number[]): number {
  if (typeof section === 'number') return fileIndex[section] ?? SHN_UNDEF;
  if (section === 'common') return SHN_COMMON;
  return section === 'undefined' ? SHN_UNDEF : SHN_ABS;
}

/** The inverse of the reader's `toOffset`, which turns what is too large for exact numbers into Infinity. */
function toUint64(value: number): bigint {
  return Number.isFinite(value) ? BigInt(value) : 0xffff_ffff_ffff_ffffn;
}

/** Puts header, contents and section headers into one file. */
function layOut(machine: number, content: readonly OutputSection[]): Uint8Array {
  const names = new StringTableWriter();
  const nameOffsets = content.map(({ name }) => names.add(name));
  nameOffsets.push(names.add('.shstrtab'));
  const nameTable = names.finish();
  const sections: OutputSection[] = [
    ...content,
    {
      name: '.shstrtab',
      type: SectionType.STRTAB,
      flags: 0,
      data: nameTable,
      size: nameTable.length,
      link: 0,
      info: 0,
      entrySize: 0,
      alignment: 1,
    },
  ];
  const body = new ByteWriter();
  body.append(new Uint8Array(EntrySize.HEADER));
  const starts = sections.map(({ data, alignment }) => {
    body.align(Math.min(Math.max(alignment, 1), 4096));
    const start = body.length;
    body.append(data);
    return start;
  });
  body.align(8);
  const headers = body.length;
  writeSectionHeaders(body, sections, nameOffsets, starts);
  const file = body.finish();
  file.set(elfHeader(machine, headers, sections.length + 1), 0);
  return file;
}

function writeSectionHeaders(
  body: ByteWriter,
  sections: readonly OutputSection[],
  nameOffsets: readonly number[],
  starts: readonly number[],
): void {
  const count = sections.length + 1;
  const large = count >= SHN_LORESERVE;
  body
    .append(new Uint8Array(32))
    .u64(large ? BigInt(count) : 0n)
    .u32(large ? count - 1 : 0);
  body.append(new Uint8Array(20));
  for (const [index, section] of sections.entries()) {
    body
      .u32(nameOffsets[index] ?? 0)
      .u32(section.type)
      .u64(toUint64(section.flags))
      .u64(0n);
    body
      .u64(BigInt(starts[index] ?? 0))
      .u64(toUint64(section.size))
      .u32(section.link)
      .u32(section.info);
    body.u64(toUint64(section.alignment)).u64(toUint64(section.entrySize));
  }
}

function elfHeader(machine: number, sectionHeaders: number, count: number): Uint8Array {
  const large = count >= SHN_LORESERVE;
  const writer = new ByteWriter();
  writer.append(Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0));
  writer.u16(ET_REL).u16(machine).u32(1).u64(0n).u64(0n).u64(BigInt(sectionHeaders)).u32(0);
  writer.u16(EntrySize.HEADER).u16(0).u16(0).u16(EntrySize.SECTION);
  writer.u16(large ? 0 : count).u16(large ? SHN_XINDEX : count - 1);
  return writer.finish();
}
