import { statSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import { SkepError } from '@skep/core/base';
import { STDIN } from '../files/read-file.ts';

/** A source and the object that is made of it. */
export interface Output {
  readonly source: string;
  readonly object: string;
}

/**
 * Where the objects go: beside their sources (`fw.bpf.ts` -> `fw.bpf.o`), into the folder that `out` names, or, for one
 * source, to `out` itself.
 * @throws SKEP_USAGE where two objects would be the same file, or one would replace its source.
 */
export function outputs(sources: readonly string[], out: string | undefined): readonly Output[] {
  const isFolder = out !== undefined && (/[\\/]$/.test(out) || isDirectory(out));
  if (out !== undefined && !isFolder && sources.length > 1) {
    throw new SkepError('SKEP_USAGE', `-o names one file, and there are ${sources.length} sources`, {
      remedy: 'name a folder that exists, or leave -o out: each object goes beside its source',
    });
  }
  const all = sources.map((source) => ({
    source,
    object: isFolder ? join(out, beside(basename(source))) : (out ?? beside(source)),
  }));
  for (const [index, { source, object }] of all.entries()) {
    if (object === STDIN) continue;
    if (resolve(object) === resolve(source)) throw replaced(source);
    const other = all.slice(0, index).find((one) => resolve(one.object) === resolve(object));
    if (other !== undefined) throw sameObject(other.source, source, object);
  }
  return all;
}

function beside(source: string): string {
  return `${source.slice(0, source.length - extname(source).length)}.o`;
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function replaced(source: string): SkepError {
  return new SkepError('SKEP_USAGE', `${source} would be replaced by its object`, {
    remedy: 'name another file with -o',
  });
}

function sameObject(one: string, other: string, object: string): SkepError {
  return new SkepError('SKEP_USAGE', `${one} and ${other} would both become ${object}`, {
    remedy: 'build them one after the other, with -o',
  });
}
