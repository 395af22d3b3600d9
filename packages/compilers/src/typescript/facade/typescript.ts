import { createRequire } from 'node:module';
import type TypeScript from 'typescript-js';

/** The TypeScript 6 API. It takes some 200 ms to load, so it is loaded when the first file is compiled. */
export let ts: typeof TypeScript;

/**
 * Loads the API; to be awaited before anything else of this folder is used. `require` takes half the time of `import`,
 * which reads the nine megabytes twice more: for their format and for the names that they export.
 */
export async function loadTypeScript(): Promise<void> {
  ts ??= createRequire(import.meta.url)('typescript-js');
}
