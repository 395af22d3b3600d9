import { SkepError } from '../base/errors.ts';
import type { Link } from './host.ts';
import { MapHandle } from './map-handle.ts';
import type { ProgramHandle } from './program-handle.ts';

/** A struct of functions for the kernel (struct_ops, Linux 5.6), such as a congestion control or a scheduler. */
export class StructOpsHandle extends MapHandle {
  readonly #links = new Set<Link>();
  #programs: ReadonlyMap<string, ProgramHandle> = new Map();

  /** Tells it the programs of its collection, once they are loaded. */
  bind(programs: ReadonlyMap<string, ProgramHandle>): void {
    this.#programs = programs;
  }

  /**
   * Registers it: from now on the kernel may call its programs. Disposing the link, or the collection, takes it back.
   * Structs of section `.struct_ops.link` get a bpf_link (Linux 6.4); one of `.struct_ops` can be registered once only.
   * @throws SKEP_BUSY where one of its name is registered, SKEP_NOT_PERMITTED, SKEP_NOT_SUPPORTED.
   */
  override attach(): Link {
    const { map } = this;
    if (map.register === undefined) {
      throw new SkepError('SKEP_NOT_SUPPORTED', `struct_ops ${this.name} cannot be registered on this host`, {
        remedy: 'use a Linux kernel',
      });
    }
    const programs = [...this.#programs].map(([name, { program }]) => [name, program] as const);
    const link = map.register(new Map(programs));
    this.#links.add(link);
    return link;
  }

  override close(): void {
    for (const link of this.#links) link[Symbol.dispose]();
    this.#links.clear();
  }
}
