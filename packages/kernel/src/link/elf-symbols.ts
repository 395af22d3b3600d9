import { readFileSync } from 'node:fs';
import { cString, SkepError } from '@skep/core/base';
import { didYouMean } from '@skep/core/isa';

const PT_LOAD = 1;
const SHT_SYMTAB = 2;
const SHT_DYNSYM = 11;
const SYMBOL_SIZE = 24;
const STT_FUNC = 2;

/**
 * Offset in its file of a function of an executable or shared library: what user probes are put at. The file is a
 * 64-bit little-endian ELF file of any machine.
 * @throws SKEP_NO_FILE, SKEP_BAD_ELF, SKEP_NO_SUCH_NAME with a name that is near.
 */
export function functionOffset(path: string, symbol: string): number {
  const bytes = readExecutable(path);
  try {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const names: string[] = [];
    for (const { name, address } of functions(bytes, view)) {
      if (name === symbol) return fileOffset(view, address);
      names.push(name);
    }
    throw new SkepError('SKEP_NO_SUCH_NAME', `${path} has no function ${symbol}`, {
      reason: names.length === 0 ? 'the file has no symbols' : `it names ${names.length} functions`,
      remedy: didYouMean(symbol, names, 'give the offset in the file instead'),
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new SkepError('SKEP_BAD_ELF', `${path} is damaged: an offset points behind its end`, {
      place: { file: path },
    });
  }
}

/** Reads a file that is a 64-bit little-endian ELF file. @throws SKEP_NO_FILE, SKEP_BAD_ELF. */
export function readExecutable(path: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new SkepError('SKEP_NO_FILE', `cannot read ${path}`, { place: { file: path }, cause: error });
  }
  const magic = [0x7f, 0x45, 0x4c, 0x46, 2, 1];
  if (bytes.length >= 64 && magic.every((byte, index) => bytes[index] === byte)) return bytes;
  throw new SkepError('SKEP_BAD_ELF', `${path} is not a 64-bit little-endian ELF file`, { place: { file: path } });
}

/** A section: what of `Elf64_Shdr` is needed here. */
export interface ElfTable {
  readonly name: string;
  readonly address: bigint;
  readonly type: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
}

/** `Elf64_Shdr` at an index. */
function section(view: DataView, index: number): Omit<ElfTable, 'name'> & { readonly nameAt: number } {
  const at = Number(view.getBigUint64(40, true)) + index * view.getUint16(58, true);
  return {
    nameAt: view.getUint32(at, true),
    type: view.getUint32(at + 4, true),
    address: view.getBigUint64(at + 16, true),
    offset: Number(view.getBigUint64(at + 24, true)),
    size: Number(view.getBigUint64(at + 32, true)),
    link: view.getUint32(at + 40, true),
  };
}

/** All sections with their names. @throws RangeError where they do not lie in the file. */
export function readTables(bytes: Uint8Array, view: DataView): ElfTable[] {
  const sections = Array.from({ length: view.getUint16(60, true) }, (_, index) => section(view, index));
  const names = sections[view.getUint16(62, true)]?.offset ?? 0;
  return sections.map(({ nameAt, ...rest }) => ({ ...rest, name: cString(bytes, names + nameAt) ?? '' }));
}

/** Functions of both symbol tables that have an address. */
function* functions(bytes: Uint8Array, view: DataView): Generator<{ name: string; address: bigint }> {
  const sections = readTables(bytes, view);
  for (const table of sections) {
    const strings = sections[table.link];
    if ((table.type !== SHT_SYMTAB && table.type !== SHT_DYNSYM) || strings === undefined) continue;
    for (let at = table.offset; at + SYMBOL_SIZE <= table.offset + table.size; at += SYMBOL_SIZE) {
      const address = view.getBigUint64(at + 8, true);
      if ((view.getUint8(at + 4) & 0xf) !== STT_FUNC || address === 0n) continue;
      yield { name: cString(bytes, strings.offset + view.getUint32(at, true)) ?? '', address };
    }
  }
}

/** Offset in the file of an address, by the segment that it is loaded with. */
export function fileOffset(view: DataView, address: bigint): number {
  const start = Number(view.getBigUint64(32, true));
  for (let index = 0; index < view.getUint16(56, true); index++) {
    const at = start + index * view.getUint16(54, true);
    const from = view.getBigUint64(at + 16, true);
    if (view.getUint32(at, true) !== PT_LOAD || address < from) continue;
    if (address < from + view.getBigUint64(at + 32, true))
      return Number(address - from + view.getBigUint64(at + 8, true));
  }
  return Number(address);
}
