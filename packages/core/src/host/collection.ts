import type { CollectionSpec } from '../object/collection-spec.ts';
import type { GlobalHandle } from './global-handle.ts';
import type { Host } from './host.ts';
import type { MapHandle } from './map-handle.ts';
import type { ProgramHandle } from './program-handle.ts';

/** Something by its name in the object; a record without prototype, so that every name is safe. */
export type Named<T> = Readonly<Record<string, T>>;

/** What a collection is made of. */
export interface CollectionParts {
  readonly maps: Named<MapHandle>;
  readonly programs: Named<ProgramHandle>;
  readonly globals: Named<GlobalHandle>;
  /** Frees everything, in the right order. */
  release(): void;
}

/** The maps, programs and variables of one object, bound to one host. Disposing it detaches and frees all. */
export class Collection implements AsyncDisposable, Disposable {
  readonly host: Host;
  readonly spec: CollectionSpec;
  readonly maps: Named<MapHandle>;
  readonly programs: Named<ProgramHandle>;
  readonly globals: Named<GlobalHandle>;
  readonly #release: () => void;
  #disposed = false;

  constructor(host: Host, spec: CollectionSpec, parts: CollectionParts) {
    this.host = host;
    this.spec = spec;
    this.maps = parts.maps;
    this.programs = parts.programs;
    this.globals = parts.globals;
    this.#release = parts.release;
  }

  /** Detaches the programs and frees them and the maps. Whoever waits for events is told that there are no more. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#release();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.dispose();
  }
}
