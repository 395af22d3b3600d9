import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SkepError } from '@skep/core/base';
import { noFile } from '../files/read-file.ts';
import { isTypeScript } from '../program/read-program.ts';

/** Folders that hold nothing written by hand. */
const passedOver = new Set(['node_modules', 'dist']);

/** What a command is to look at. */
export interface Sources {
  /** Programs. */
  readonly programs: readonly string[];
  /** Other TypeScript files in the folders that were named: what loads the programs. */
  readonly others: readonly string[];
  /** Every folder that was searched. */
  readonly folders: readonly string[];
}

/**
 * The TypeScript programs that files and folders stand for: a file itself, and every `.bpf.ts` below a folder.
 * @throws SKEP_NO_FILE, SKEP_USAGE for a file that is no TypeScript and for folders without a program.
 */
export async function findSources(paths: readonly string[]): Promise<Sources> {
  const programs = new Set<string>();
  const others = new Set<string>();
  const folders: string[] = [];
  for (const path of paths) {
    if (!(await isFolder(path))) {
      if (!isTypeScript(path)) throw noTypeScript(path);
      programs.add(path);
      continue;
    }
    for await (const { file, folder } of walk(path)) {
      if (folder !== undefined) folders.push(folder);
      else (file.endsWith('.bpf.ts') ? programs : others).add(file);
    }
  }
  return { programs: [...programs], others: [...others].filter((file) => !programs.has(file)), folders };
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw noFile(path, error);
  }
}

type Found = { readonly folder: string; readonly file?: never } | { readonly file: string; readonly folder?: never };

/** The folder, its TypeScript files, then those of the folders in it, by name. */
async function* walk(folder: string): AsyncGenerator<Found> {
  yield { folder };
  const entries = (await entriesOf(folder)).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (entry.isFile() && isTypeScript(entry.name)) yield { file: join(folder, entry.name) };
  }
  for (const entry of entries) {
    const { name } = entry;
    if (entry.isDirectory() && !name.startsWith('.') && !passedOver.has(name)) yield* walk(join(folder, name));
  }
}

/** A folder may have gone since its name was read. */
async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw noFile(folder, error);
  }
}

function noTypeScript(file: string): SkepError {
  return new SkepError('SKEP_USAGE', 'this is no TypeScript', {
    place: { file },
    remedy: 'check takes programs (.bpf.ts) and folders of them; skep build takes C and assembly',
  });
}
