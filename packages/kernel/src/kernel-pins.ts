import { type SectionDefinition, sectionDefinition } from '@skep/core/abi';
import { SkepError } from '@skep/core/base';
import { checkPinned, type HostProgram, type Link, type PinnedMap, type Pins } from '@skep/core/host';
import type { MapSpec, ProgramSpec } from '@skep/core/object';
import type { Bpf } from './bpf/bpf.ts';
import { btfById } from './btf/btf-by-id.ts';
import { BpfLink } from './link/index.ts';
import type { Made } from './made.ts';
import { DIRECTORY, openPin, unpin } from './map/bpf-file-system.ts';
import { KernelMap } from './map/kernel-map.ts';
import { readMapInfo, specOfInfo } from './map/map-info.ts';
import { KernelProgram } from './program/kernel-program.ts';
import { programInfo } from './program/program-info.ts';

/** Maps, programs and links that are pinned on a bpf file system. */
export class KernelPins implements Pins {
  readonly directory: string = DIRECTORY;
  readonly #bpf: Bpf;
  readonly #keep: <T extends Made>(made: T) => T;

  /** @param keep takes what is opened, to free it with the host. */
  constructor(bpf: Bpf, keep: <T extends Made>(made: T) => T) {
    this.#bpf = bpf;
    this.#keep = keep;
  }

  openMap(path: string, spec?: MapSpec): PinnedMap | undefined {
    const descriptor = openPin(this.#bpf, path, 'map');
    if (descriptor === undefined) return undefined;
    return this.#orClose(descriptor, () => {
      const info = readMapInfo(this.#bpf, descriptor);
      const found = specOfInfo(info);
      if (spec !== undefined) checkPinned(found, spec, path);
      const { maxEntries } = found;
      const map = new KernelMap(this.#bpf, spec === undefined ? found : { ...spec, maxEntries }, descriptor);
      // Whoever uses it again by its name receives, as who makes it does; who only looks at it takes nothing away.
      if (spec !== undefined) map.receive();
      const id = info.u32('btf_id');
      const btf = spec !== undefined || id === 0 ? undefined : btfById(this.#bpf, id);
      return { map: this.#keep(map), ...(btf === undefined ? {} : { btf }) };
    });
  }

  openProgram(path: string, section?: string): HostProgram | undefined {
    const definition = section === undefined ? undefined : definitionOf(section);
    const descriptor = openPin(this.#bpf, path, 'program');
    if (descriptor === undefined) return undefined;
    return this.#orClose(descriptor, () => {
      const { name, type } = programInfo(this.#bpf, descriptor);
      if (definition !== undefined && definition.type !== type) {
        throw new SkepError('SKEP_USAGE', `the program pinned at ${path} is none of section ${section}`, {
          reason: `it is of type ${type}, the section of type ${definition.type}`,
        });
      }
      const spec: ProgramSpec = { ...empty, ...definition, name, type, section: section ?? '' };
      const target = definition?.target === undefined ? {} : { attachTarget: definition.target };
      return this.#keep(new KernelProgram(this.#bpf, { ...spec, ...target }, descriptor));
    });
  }

  openLink(path: string): Link | undefined {
    const descriptor = openPin(this.#bpf, path, 'link');
    return descriptor === undefined ? undefined : new BpfLink(this.#bpf, descriptor);
  }

  unpin(path: string): void {
    unpin(path);
  }

  #orClose<T>(descriptor: number, use: () => T): T {
    try {
      return use();
    } catch (error) {
      this.#bpf.close(descriptor);
      throw error;
    }
  }
}

/** What the kernel does not tell of a program. */
const empty = {
  flags: 0,
  autoload: true,
  code: new Uint8Array(0),
  references: [],
  functions: [],
  lines: [],
  coreRelocations: [],
} as const satisfies Partial<ProgramSpec>;

function definitionOf(section: string): SectionDefinition {
  const definition = sectionDefinition(section);
  if (definition !== undefined) return definition;
  throw new SkepError('SKEP_USAGE', `section ${section} says no program type`, {
    remedy:
      'give the name of the section that the program came from, such as xdp or tracepoint/syscalls/sys_enter_open',
  });
}
