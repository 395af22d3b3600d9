import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** Where downloaded kernels and built archives are kept: `$XDG_CACHE_HOME/skep-rig` or `~/.cache/skep-rig`. */
export function cacheFolder(): string {
  const home = homedir();
  return join(process.env.XDG_CACHE_HOME ?? (home === '/' ? tmpdir() : join(home, '.cache')), 'skep-rig');
}

/**
 * Fills a folder of the cache all or nothing: `fill` works on a folder beside it, which takes its name at the end. An
 * attempt that is broken off leaves nothing that could be taken for whole.
 */
export async function fillFolder(folder: string, fill: (unfinished: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const unfinished = await mkdtemp(join(dirname(folder), `.${basename(folder)}-`));
  try {
    await fill(unfinished);
    await rm(folder, { recursive: true, force: true });
    await rename(unfinished, folder).catch((error: NodeJS.ErrnoException) => {
      // Another run has just put the same there.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}
