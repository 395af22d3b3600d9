import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** The root of the source tree. */
export const root: string = here('../../..');

/** Where the guest has the files of the source tree that its tests read. */
export const GUEST_ROOT = '/src';

/** Modules ask for their folder as if they stood in the source tree, whose data files the guest has. */
const folders: Plugin = {
  name: 'folders',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const place = join(GUEST_ROOT, relative(root, path));
      const text = await readFile(path, 'utf8');
      const contents = text
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(place)))
        .replaceAll('import.meta.url', JSON.stringify(`file://${place}`));
      return { contents, loader: 'ts' };
    });
  },
};

/**
 * What runs in the guest as one module, with skep from its sources. Only koffi stays outside, because it loads a
 * binary.
 */
async function bundle(contents: string): Promise<Uint8Array> {
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
    plugins: [folders],
    logLevel: 'silent',
  });
  const output = outputFiles[0];
  if (output === undefined) throw new Error('esbuild gave no bundle');
  return output.contents;
}

/**
 * The guest's own part and the test files.
 * @param files test files by the name they have in the matrix.
 */
export function bundleTests(files: ReadonlyMap<string, string>): Promise<Uint8Array> {
  const loaders = [...files].map(([name, file]) => `${JSON.stringify(name)}: () => import(${JSON.stringify(file)}),`);
  return bundle(
    [
      `import { runGuest } from ${JSON.stringify(here('guest.ts'))};`,
      `await runGuest({ ${loaders.join('\n')} });`,
      'process.exit(0);',
    ].join('\n'),
  );
}

/** The program that measures the kernel of the guest. */
export function bundlePlatform(): Promise<Uint8Array> {
  return bundle(`import ${JSON.stringify(here('guest-platform.ts'))};\nprocess.exit(0);`);
}
