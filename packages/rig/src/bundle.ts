import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/**
 * Everything that runs in the guest as one module: the guest's own part, the test files, and skep from its sources.
 * Only koffi stays outside, because it loads a binary.
 * @param files test files by the name they have in the matrix.
 */
export async function bundleGuest(files: ReadonlyMap<string, string>): Promise<Uint8Array> {
  const loaders = [...files].map(([name, file]) => `${JSON.stringify(name)}: () => import(${JSON.stringify(file)}),`);
  const contents = [
    `import { runGuest } from ${JSON.stringify(here('guest.ts'))};`,
    `await runGuest({ ${loaders.join('\n')} });`,
    'process.exit(0);',
  ].join('\n');
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: here('.'), sourcefile: 'main.ts', loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['source'],
    alias: { vitest: here('guest-vitest.ts') },
    external: ['koffi'],
    logLevel: 'silent',
  });
  const bundle = outputFiles[0];
  if (bundle === undefined) throw new Error('esbuild gave no bundle');
  return bundle.contents;
}
