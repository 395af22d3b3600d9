import type TypeScript from 'typescript-js';

/** The TypeScript 6 API. It takes some 200 ms to load, so it is imported when the first file is compiled. */
export let ts: typeof TypeScript;

/** Loads the API; to be awaited before anything else of this folder is used. */
export async function loadTypeScript(): Promise<void> {
  ts ??= (await import('typescript-js')).default;
}
