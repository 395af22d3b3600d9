import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';

/** Milliseconds that changes are gathered: an editor writes a file in several steps. */
const SETTLE_TIME = 40;

/**
 * Waits for changes of files and folders. Folders are watched, not files: editors replace files, and a file that is
 * missing may come.
 */
export class Watcher {
  readonly #folders = new Map<string, FSWatcher>();
  #files: ReadonlySet<string> = new Set();
  #searched: ReadonlySet<string> = new Set();
  #gathered = new Set<string>();
  #wake: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  /** Watches these files, and in these folders every `.ts` file. */
  watch(files: Iterable<string>, folders: Iterable<string>): void {
    this.#files = new Set([...files].map((file) => resolve(file)));
    this.#searched = new Set([...folders].map((folder) => resolve(folder)));
    const wanted = new Set([...[...this.#files].map((file) => dirname(file)), ...this.#searched]);
    for (const [folder, watcher] of this.#folders) {
      if (wanted.has(folder)) continue;
      watcher.close();
      this.#folders.delete(folder);
    }
    for (const folder of wanted) if (!this.#folders.has(folder)) this.#open(folder);
  }

  /** Resolves with the files that changed since the last call; undefined once it was stopped. */
  async changed(): Promise<ReadonlySet<string> | undefined> {
    while (!this.#stopped && (this.#gathered.size === 0 || this.#timer !== undefined)) {
      await new Promise<void>((wake) => {
        this.#wake = wake;
      });
    }
    if (this.#stopped) return undefined;
    const changed = this.#gathered;
    this.#gathered = new Set();
    return changed;
  }

  /** Ends the waiting. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    for (const watcher of this.#folders.values()) watcher.close();
    this.#folders.clear();
    this.#wake?.();
  }

  /** A folder that cannot be watched, or is not there, is left out. */
  #open(folder: string): void {
    try {
      const watcher = watch(folder, (_, name) => this.#note(folder, name));
      watcher.on('error', () => {
        watcher.close();
        this.#folders.delete(folder);
      });
      this.#folders.set(folder, watcher);
    } catch {
      // What is in it is read again when something else changes.
    }
  }

  /** A name without an ending may be a folder that came or went. */
  #note(folder: string, name: string | null): void {
    const path = name === null ? folder : resolve(folder, name);
    const isNews = this.#searched.has(folder) && /(^[^.]+|\.ts)$/.test(basename(path));
    if (!this.#files.has(path) && !isNews && name !== null) return;
    this.#gathered.add(path);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#wake?.();
    }, SETTLE_TIME);
  }
}
