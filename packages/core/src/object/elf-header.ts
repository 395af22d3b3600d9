import type { ErrorDetails } from '../base/errors.ts';
import { SkepError } from '../base/errors.ts';
import { EM_BPF } from './elf.ts';

/** Bytes of the ELF header, of a section header, a symbol, and REL and RELA entries in 64-bit files. */
export const EntrySize = { HEADER: 64, SECTION: 64, SYMBOL: 24, REL: 16, RELA: 24 } as const;

/** `e_type` of a relocatable file. */
export const ET_REL = 1;
/** Section index of undefined symbols. */
export const SHN_UNDEF = 0;
/** From here on section indices have meanings of their own. */
export const SHN_LORESERVE = 0xff00;
export const SHN_ABS = 0xfff1;
export const SHN_COMMON = 0xfff2;
/** The true index stands elsewhere: in section 0 or in SYMTAB_SHNDX. */
export const SHN_XINDEX = 0xffff;

const MACHINES: Record<number, string> = {
  3: 'i386',
  8: 'MIPS',
  20: 'PowerPC',
  21: 'PowerPC64',
  22: 's390',
  40: 'ARM',
  62: 'x86-64',
  183: 'AArch64',
  243: 'RISC-V',
  258: 'LoongArch',
};
const FILE_TYPES: Record<number, string> = { 2: 'an executable', 3: 'a shared library', 4: 'a core dump' };

/** An error about the ELF file itself. */
export function badElf(what: string, offset: number | undefined, details: Omit<ErrorDetails, 'place'> = {}): SkepError {
  return new SkepError('SKEP_BAD_ELF', what, { ...(offset === undefined ? {} : { place: { offset } }), ...details });
}

/** What the reader needs of the ELF header. */
export interface ElfHeader {
  readonly machine: number;
  /** Offset of the section headers; 0 where there are none. */
  readonly sectionHeaders: number;
  /** As in the file: 0 may stand for a count in section 0. */
  readonly sectionCount: number;
  /** As in the file: SHN_XINDEX stands for an index in section 0. */
  readonly nameSection: number;
}

/**
 * Reads and checks the header (gABI, figure 4-3): a 64-bit little-endian relocatable file for eBPF. Whatever else it
 * is gets refused by name. Machine 0, which the first LLVM releases with eBPF wrote, counts as eBPF.
 * @throws SKEP_BAD_ELF
 */
export function readElfHeader(bytes: Uint8Array): ElfHeader {
  checkIdentification(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const machine = view.getUint16(18, true);
  if (machine !== EM_BPF && machine !== 0) {
    throw badElf(`the file is for ${MACHINES[machine] ?? `machine ${machine}`}, not for eBPF`, 18, {
      remedy: 'compile it for eBPF: clang -O2 -g -target bpf -c FILE.c',
    });
  }
  const type = view.getUint16(16, true);
  if (type !== ET_REL) {
    throw badElf(`the file is ${FILE_TYPES[type] ?? `of ELF type ${type}`}, not a relocatable object`, 16, {
      remedy: 'give the object as the compiler wrote it, with -c and before any linking',
    });
  }
  const sectionHeaders = toOffset(view.getBigUint64(40, true));
  const entrySize = view.getUint16(58, true);
  if (sectionHeaders !== 0 && entrySize !== EntrySize.SECTION) {
    throw badElf(`section headers of ${entrySize} bytes`, 58, { reason: 'in 64-bit files they have 64' });
  }
  return {
    machine: EM_BPF,
    sectionHeaders,
    sectionCount: view.getUint16(60, true),
    nameSection: view.getUint16(62, true),
  };
}

function checkIdentification(bytes: Uint8Array): void {
  const magic = [0x7f, 0x45, 0x4c, 0x46];
  if (!magic.every((byte, index) => bytes[index] === byte)) {
    throw badElf('the file is not an ELF file', 0, {
      reason: bytes.length === 0 ? 'it is empty' : 'it does not start with 7f 45 4c 46',
      remedy: 'give an object file that a compiler made for eBPF',
    });
  }
  if (bytes.length < EntrySize.HEADER) {
    throw badElf('the ELF header is cut off', 0, {
      reason: `it takes 64 bytes, the file has ${bytes.length}`,
      remedy: 'the file is truncated: make it anew',
    });
  }
  if (bytes[4] !== 2) {
    throw badElf(bytes[4] === 1 ? 'the file is a 32-bit ELF file' : `unknown ELF class ${bytes[4]}`, 4, {
      reason: 'eBPF objects are 64-bit ELF files',
      remedy: 'compile it for eBPF: clang -O2 -g -target bpf -c FILE.c',
    });
  }
  if (bytes[5] === 2) {
    throw badElf('the object is big-endian eBPF', 5, {
      reason: 'it was compiled for big-endian machines (bpfeb); programs run little-endian here',
      remedy: 'compile it with -target bpfel',
    });
  }
  if (bytes[5] !== 1 || bytes[6] !== 1) throw badElf('unknown ELF byte order or version', 5);
}

/** A 64-bit offset or size as a number; what is beyond exact numbers becomes Infinity and so lies outside any file. */
export function toOffset(value: bigint): number {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : Number.POSITIVE_INFINITY;
}
