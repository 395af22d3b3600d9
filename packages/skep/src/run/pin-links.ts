import { mkdirSync, readdirSync, rmdirSync, statfsSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { SkepError } from '@skep/core/base';
import type { Link } from '@skep/core/host';

/** BPF_FS_MAGIC (linux/magic.h). */
const BPF_FS = 0xcafe4a11;

/** A directory in which links stay after the process; until they are kept, disposing it takes them away again. */
export class PinDirectory implements Disposable {
  readonly #path: string;
  readonly #made: boolean;
  readonly #pins: string[] = [];
  #kept = false;

  /**
   * Makes the directory where it is missing.
   * @throws SKEP_NO_WRITE, SKEP_USAGE where it is not on a bpf file system.
   */
  constructor(path: string) {
    this.#path = path;
    this.#made = makeDirectory(path);
    if (statfsSync(path).type !== BPF_FS) {
      if (this.#made) rmdirSync(path);
      throw new SkepError('SKEP_USAGE', `links cannot be pinned in ${path}`, {
        reason: 'it is not on a bpf file system',
        remedy: 'name a directory under /sys/fs/bpf',
      });
    }
  }

  /** Pins a link under a name. @throws SKEP_USAGE where that is taken, SKEP_NOT_SUPPORTED for a link that cannot stay. */
  add(name: string, link: Link): void {
    const before = new Set(readdirSync(this.#path));
    link.pin(join(this.#path, name));
    const added = readdirSync(this.#path).filter((one) => !before.has(one) && isOf(name, one));
    this.#pins.push(...added.map((one) => join(this.#path, one)));
  }

  /** From now on the links stay. */
  keep(): void {
    this.#kept = true;
  }

  [Symbol.dispose](): void {
    if (this.#kept) return;
    for (const path of this.#pins.splice(0)) unlinkSync(path);
    if (this.#made) rmdirSync(this.#path);
  }
}

/** Whether a pin is that of a link: several that belong together are numbered, `name_0`, `name_1`. */
function isOf(name: string, pin: string): boolean {
  return pin === name || (pin.startsWith(`${name}_`) && /^\d+$/.test(pin.slice(name.length + 1)));
}

/** True where it was not there before. */
function makeDirectory(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    throw new SkepError('SKEP_NO_WRITE', `directory ${path} cannot be made`, {
      reason: code ?? String(error),
      remedy: 'name a directory on a mounted bpf file system, such as /sys/fs/bpf/name',
      cause: error,
    });
  }
}
