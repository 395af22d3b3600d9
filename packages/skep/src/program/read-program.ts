import { extname } from 'node:path';
import { atPlace, SkepError } from '@skep/core/base';
import type { CollectionSpec, Elf } from '@skep/core/object';
import { readBytes } from '../files/read-file.ts';

/** The forms in which a program comes. */
type Form = 'object' | 'assembly' | 'c' | 'typescript';

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
 * Reads a program file as an object: an ELF object, TypeScript (`.ts`), assembly (`.s`) or C (`.c`, compiled with
 * clang). Objects are known by their first bytes, the rest by extension; standard input is an object or assembly.
 * Warnings of the compilers go to standard error.
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
  return readPlaced(readElf, form === 'object' ? bytes : await compiled(form, file), file);
}

async function compiled(form: 'c' | 'typescript', file: string): Promise<Uint8Array> {
  if (form === 'c') {
    const { compileC } = await import('./compile-c.ts');
    return compileC(file);
  }
  const { typeScriptObject } = await import('./typescript-object.ts');
  return typeScriptObject(file);
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
  if (isTypeScript(file)) return 'typescript';
  if (extension === '.o') return 'object';
  throw new SkepError('SKEP_BAD_OBJECT', 'this is not a program that skep reads', {
    place: { file },
    reason: `it is no ELF object, and its name does not end in .ts, .s or .c`,
    remedy,
  });
}

const remedy = 'give TypeScript (.bpf.ts), an eBPF object (.o), assembly (.s) or C (.c)';

/** True for a name that is a TypeScript source. */
export function isTypeScript(file: string): boolean {
  return /\.[cm]?ts$/i.test(file) && !/\.d\.[cm]?ts$/i.test(file);
}

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
