import { extname } from 'node:path';
import { atPlace, SkepError } from '@skep/core/base';
import type { CollectionSpec, Elf } from '@skep/core/object';
import { readBytes } from '../files/read-file.ts';

/** The forms in which a program comes. */
type Form = 'object' | 'assembly' | 'c';

/**
 * Reads a program file as the blueprint it is.
 * @throws what {@link readObject} throws, and SKEP_BAD_OBJECT, SKEP_BAD_BTF, SKEP_BAD_MAP.
 */
export async function readProgram(file: string): Promise<CollectionSpec> {
  const elf = await readObject(file);
  const { collectionFromElf } = await import('@skep/core/object');
  return collectionFromElf(elf, { file });
}

/**
 * Reads a program file as an object: an ELF object, assembly (`.s`) or C (`.c`, compiled with clang). Objects are known
 * by their first bytes, the rest by extension; standard input is an object or assembly.
 * @throws SKEP_NO_FILE, SKEP_BAD_ELF, SKEP_BAD_OBJECT, SKEP_BAD_ASSEMBLY, SKEP_COMPILE, SKEP_NO_TOOL.
 */
export async function readObject(file: string): Promise<Elf> {
  const bytes = await readBytes(file);
  const form = formOf(file, bytes);
  if (form === 'assembly') {
    const { assembleElf } = await import('@skep/core/object/assembly');
    return assembleElf(decodeText(bytes, file), { file });
  }
  const { readElf } = await import('@skep/core/object');
  if (form === 'object') return readPlaced(readElf, bytes, file);
  const { compileC } = await import('./compile-c.ts');
  return readPlaced(readElf, await compileC(file), file);
}

function readPlaced(readElf: (bytes: Uint8Array) => Elf, bytes: Uint8Array, file: string): Elf {
  return atPlace({ file }, () => readElf(bytes));
}

function formOf(file: string, bytes: Uint8Array): Form {
  if (isElf(bytes)) return 'object';
  const extension = extname(file).toLowerCase();
  if (bytes.length === 0) throw new SkepError('SKEP_BAD_OBJECT', 'the file is empty', { place: { file }, remedy });
  if (extension === '.s' || (file === '-' && !bytes.includes(0))) return 'assembly';
  if (extension === '.c') return 'c';
  if (extension === '.o') return 'object';
  throw new SkepError('SKEP_BAD_OBJECT', 'this is not a program that skep reads', {
    place: { file },
    reason: `it is no ELF object, and its name does not end in .s or .c`,
    remedy,
  });
}

const remedy = 'give an eBPF object (.o), assembly (.s) or C (.c)';

/** True for the first bytes of an ELF file. */
function isElf(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

/** The text of an assembly file. @throws SKEP_BAD_ASSEMBLY where it is not UTF-8. */
export function decodeText(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new SkepError('SKEP_BAD_ASSEMBLY', 'this is not text', {
      place: { file },
      reason: 'it is not valid UTF-8',
      remedy,
    });
  }
}
