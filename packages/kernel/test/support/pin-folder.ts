import { rmdirSync } from 'node:fs';
import { pid } from 'node:process';
import type { Host } from '../../../core/src/host/index.ts';

let folders = 0;

/** A folder of the bpf file system for one test; what was pinned in it goes with it. */
export class Folder implements Disposable {
  readonly directory: string = `/sys/fs/bpf/skep-test-${pid}-${folders++}`;
  readonly #host: Host;
  readonly #paths = new Set<string>();

  constructor(host: Host) {
    this.#host = host;
  }

  /** A path in it, which is unpinned at the end. */
  path(name: string): string {
    const path = `${this.directory}/${name}`;
    this.#paths.add(path);
    return path;
  }

  [Symbol.dispose](): void {
    for (const path of this.#paths) {
      try {
        this.#host.pins?.unpin(path);
      } catch {
        // It was not pinned.
      }
    }
    rmdirSync(this.directory);
  }
}
