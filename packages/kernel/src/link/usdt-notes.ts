import { cString, SkepError } from '@skep/core/base';
import { didYouMean } from '@skep/core/isa';
import { type ElfTable, fileOffset, readExecutable, readTables } from './elf-symbols.ts';

const SHT_NOTE = 7;
const NT_STAPSDT = 3;
const OWNER = 'stapsdt';
/** Bytes of `Elf64_Nhdr`, and of location, base and semaphore in front of the texts. */
const NOTE_HEADER = 12;
const ADDRESSES = 24;

/** A static probe in an executable or shared library, at one of its places: a probe may stand at several. */
export interface UsdtProbe {
  readonly provider: string;
  readonly name: string;
  /** Offset in the file of the instruction. */
  readonly offset: number;
  /** Offset in the file of the 16-bit counter of those who watch, where the probe has one. */
  readonly semaphore?: number;
  /** Arguments as they stand in the note. */
  readonly arguments: string;
}

/**
 * The static probes (USDT) of an executable or shared library, from its notes `.note.stapsdt` (systemtap's sys/sdt.h).
 * @throws SKEP_NO_FILE, SKEP_BAD_ELF.
 */
export function usdtProbes(path: string): UsdtProbe[] {
  const bytes = readExecutable(path);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const tables = readTables(bytes, view);
    const base = tables.find(({ name }) => name === '.stapsdt.base');
    return tables
      .filter(({ type, name }) => type === SHT_NOTE && name === '.note.stapsdt')
      .flatMap((table) => [...notes(bytes, view, table, base)]);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new SkepError('SKEP_BAD_ELF', `${path} is damaged: an offset points behind its end`, {
      place: { file: path },
    });
  }
}

/**
 * The places of one probe; without a provider, of all of that name.
 * @throws SKEP_NO_SUCH_NAME with a name that is near, SKEP_NO_FILE, SKEP_BAD_ELF.
 */
export function findUsdt(path: string, provider: string | undefined, name: string): UsdtProbe[] {
  const all = usdtProbes(path);
  const found = all.filter((one) => one.name === name && (provider === undefined || one.provider === provider));
  if (found.length > 0) return found;
  const names = [...new Set(all.map((one) => (provider === undefined ? one.name : `${one.provider}:${one.name}`)))];
  const wanted = provider === undefined ? name : `${provider}:${name}`;
  throw new SkepError('SKEP_NO_SUCH_NAME', `${path} has no static probe ${wanted}`, {
    reason: names.length === 0 ? 'the file has no static probes' : `it has ${names.length}`,
    remedy: didYouMean(wanted, names, 'list them with `readelf -n`'),
  });
}

/** Name, description and their padding to 4 bytes follow each header. */
function* notes(
  bytes: Uint8Array,
  view: DataView,
  { offset, size }: ElfTable,
  base: ElfTable | undefined,
): Generator<UsdtProbe> {
  const end = offset + size;
  for (let at = offset; at + NOTE_HEADER <= end; ) {
    const nameSize = view.getUint32(at, true);
    const descriptionSize = view.getUint32(at + 4, true);
    const name = at + NOTE_HEADER;
    const description = name + ((nameSize + 3) & ~3);
    const next = description + ((descriptionSize + 3) & ~3);
    if (next > end || next <= at) throw new RangeError('a note reaches behind its section');
    const owned = view.getUint32(at + 8, true) === NT_STAPSDT && cString(bytes, name) === OWNER;
    if (owned && descriptionSize >= ADDRESSES) yield readNote(bytes, view, description, base);
    at = next;
  }
}

/** Location, base and semaphore as addresses at link time, then provider, name and arguments as texts. */
function readNote(bytes: Uint8Array, view: DataView, at: number, base: ElfTable | undefined): UsdtProbe {
  // A prelinked file was moved after its notes were written: the section `.stapsdt.base` tells how far.
  const noted = view.getBigUint64(at + 8, true);
  const moved = base === undefined || noted === 0n ? 0n : base.address - noted;
  const semaphore = view.getBigUint64(at + 16, true);
  const texts: string[] = [];
  for (let text = at + ADDRESSES; texts.length < 3; text += new TextEncoder().encode(texts.at(-1)).length + 1) {
    texts.push(cString(bytes, text) ?? '');
  }
  const [provider = '', name = '', list = ''] = texts;
  return {
    provider,
    name,
    offset: fileOffset(view, view.getBigUint64(at, true) + moved),
    ...(semaphore === 0n ? {} : { semaphore: fileOffset(view, semaphore + moved) }),
    arguments: list,
  };
}
