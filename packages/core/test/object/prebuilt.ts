import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, 'prebuilt');

/** The objects in the tree, which need no compiler; prebuild.ts makes them. */
export function prebuilt(): { name: string; bytes: Uint8Array }[] {
  return readdirSync(folder).map((name) => ({ name, bytes: prebuiltObject(name) }));
}

/** One of them: `globals-clang-19-v3.o`. */
export function prebuiltObject(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(folder, name)));
}
