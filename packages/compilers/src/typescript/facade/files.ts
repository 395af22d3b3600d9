import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where source texts come from; by default the file system. A text that is not there is undefined. */
export type ReadFile = (path: string) => string | undefined;

export const readFromDisk: ReadFile = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

/** Folder of an installed package of ours, such as `bpf`: the sources in it serve as declarations too. */
function packageFolder(name: string): string | undefined {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', '@skep', name);
    if (existsSync(candidate)) return realpathSync(candidate);
    if (dirname(folder) === folder) return undefined;
  }
}

const folders = new Map<string, string | undefined>();
function sources(name: string): string | undefined {
  if (!folders.has(name)) folders.set(name, packageFolder(name));
  const folder = folders.get(name);
  return folder === undefined ? undefined : join(folder, 'src');
}

/** Whether `path` belongs to the library that programs import, or to what that imports. */
export function isLibraryFile(path: string): boolean {
  return ['bpf', 'core'].some((name) => {
    const folder = sources(name);
    return folder !== undefined && path.startsWith(folder);
  });
}

/**
 * File that `specifier` means in the file `from`, or undefined. What the library itself imports from other packages and
 * from its folder `runtime` is its run time, which a program does not see; reading it takes a quarter of a check's time.
 */
export function resolveModule(specifier: string, from: string): string | undefined {
  if (/^\.\.?\/runtime\//.test(specifier) && isLibraryFile(from)) return undefined;
  if (specifier.startsWith('.')) return resolve(dirname(from), specifier);
  const [, name, rest] = /^(?:@skep\/|skep\/)(bpf)(?:\/(\w+))?$/.exec(specifier) ?? [];
  const folder = name === undefined ? undefined : sources(name);
  return folder === undefined ? undefined : join(folder, rest ?? '', 'index.ts');
}
