import { stat } from 'node:fs/promises';
import { SkepError } from '@skep/core/base';
import type { CollectionSpec } from '@skep/core/object';
import { readProgram } from './read-program.ts';

/**
 * Reads a program file for `load`. An object beside a TypeScript source (`fw.bpf.o` beside `fw.bpf.ts`, as `skep build`
 * writes it) is taken instead where it is not older than the source, so that production needs no compiler; an older one
 * only where the compiler is not installed, as files that were copied may have any time.
 * @throws as {@link readProgram}.
 */
export async function readLoadable(file: string): Promise<CollectionSpec> {
  const object = prebuiltPath(file);
  if (object === undefined) return readProgram(file);
  const [source, built] = await Promise.all([timeOf(file), timeOf(object)]);
  if (built === undefined) return readProgram(file);
  if (source === undefined || built >= source) return readProgram(object);
  try {
    return await readProgram(file);
  } catch (error) {
    if (error instanceof SkepError && error.code === 'SKEP_NO_TOOL') return readProgram(object);
    throw error;
  }
}

/** Where the object of a TypeScript program is looked for, or undefined for other programs. */
function prebuiltPath(file: string): string | undefined {
  return /\.[cm]?ts$/.test(file) ? file.replace(/\.[cm]?ts$/, '.o') : undefined;
}

/** When a file was written, or undefined where there is none. */
async function timeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).mtimeMs;
  } catch {
    return undefined;
  }
}
