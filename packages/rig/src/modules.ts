import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { run } from './tools.ts';

/** A kernel module: its name and the bytes of its .ko file, as insmod takes them. */
export interface KernelModule {
  readonly name: string;
  readonly data: Uint8Array;
}

/**
 * The modules of those names and what they depend on, in the order in which they load. A name that this kernel has no
 * module for is built in or not there, and is left out.
 * @param folder an unpacked package of modules.
 */
export async function collectModules(folder: string, names: readonly string[]): Promise<KernelModule[]> {
  const files = findModuleFiles(folder);
  const loaded = new Map<string, KernelModule>();
  const visit = async (name: string): Promise<void> => {
    const file = files.get(name);
    if (file === undefined || loaded.has(name)) return;
    const data = await readModule(file);
    for (const dependency of dependenciesOf(data)) await visit(dependency);
    loaded.set(name, { name, data });
  };
  for (const name of names) await visit(name);
  return [...loaded.values()];
}

/** Files by module name: the kernel's names have underscores where files may have hyphens. */
function findModuleFiles(folder: string): Map<string, string> {
  const all = readdirSync(folder, { recursive: true, withFileTypes: true });
  const modules = all.filter((entry) => entry.isFile() && /\.ko(\.xz)?$/.test(entry.name));
  return new Map(
    modules.map(({ name, parentPath }) => [
      basename(name)
        .replace(/\.ko(\.xz)?$/, '')
        .replaceAll('-', '_'),
      join(parentPath, name),
    ]),
  );
}

async function readModule(file: string): Promise<Uint8Array> {
  return file.endsWith('.xz') ? await run('xz', ['--decompress', '--stdout', file]) : readFileSync(file);
}

/** The names in `depends=` of the module's .modinfo section. */
export function dependenciesOf(module: Uint8Array): string[] {
  const bytes = Buffer.from(module.buffer, module.byteOffset, module.byteLength);
  const key = '\0depends=';
  const at = bytes.indexOf(key, 0, 'latin1');
  if (at < 0) return [];
  const list = bytes.toString('latin1', at + key.length, bytes.indexOf(0, at + 1));
  return list.split(',').filter((name) => name !== '');
}
