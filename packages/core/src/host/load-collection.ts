import { atPlace, SkepError } from '../base/errors.ts';
import type { CollectionSpec } from '../object/collection-spec.ts';
import type { InitialEntry, MapSpec } from '../object/map-spec.ts';
import type { ProgramSpec } from '../object/program-spec.ts';
import { Collection, type Named } from './collection.ts';
import { applyConfig, type ConfigValues } from './config-values.ts';
import { GlobalHandle } from './global-handle.ts';
import type { Host, HostMap, ProgramTarget } from './host.ts';
import { findProgram, planLoad } from './load-plan.ts';
import { mapCodecs } from './map-codecs.ts';
import type { MapHandle } from './map-handle.ts';
import { openMap } from './open-map.ts';
import { OuterTable } from './outer-table.ts';
import { ProgramHandle } from './program-handle.ts';
import { ProgramTable } from './program-table.ts';
import { variableCodec } from './section-codec.ts';
import { StructOpsHandle } from './struct-ops-handle.ts';

/** A loaded program, or a function of it by its name in the source. */
type TargetOption = ProgramHandle | { readonly program: ProgramHandle; readonly function: string };

/** By the names of programs that are for functions of others: those others. */
export type ProgramTargets = Readonly<Record<string, TargetOption>>;

/** Options of {@link loadCollection}. */
export interface LoadCollectionOptions {
  /** Values for variables (and kernel configuration values) of the program, by name. */
  readonly config?: ConfigValues;
  /** Load only these programs, what their tail calls reach and the maps they use. Default: all that load by themselves. */
  readonly programs?: readonly string[];
  /** For programs that replace or trace a function of another BPF program (freplace, fentry, fexit): that program. */
  readonly targets?: ProgramTargets;
  /**
   * Where maps are pinned that the object wants pinned by name (`LIBBPF_PIN_BY_NAME`): one that is there is used, after
   * a check that it fits; else it is pinned once all is loaded. Default: the host's, in Linux `/sys/fs/bpf`.
   */
  readonly pinPath?: string;
  /** The kernel's verifier prints a log into `verifierLog` of the programs: 1, 2, and 4 for statistics. Default none. */
  readonly logLevel?: number;
  /** The collection ends its host with itself. Default false. */
  readonly ownsHost?: boolean;
}

/**
 * Makes the maps and programs of `spec` on `host`: maps with their first contents, constants frozen, then the programs,
 * then what refers to programs and maps. Where something fails, nothing is left behind.
 * @throws SKEP_BAD_MAP, SKEP_BAD_PROGRAM, SKEP_NOT_SUPPORTED, SKEP_MEMORY_LIMIT, SKEP_NO_SUCH_NAME, SKEP_BAD_VALUE.
 */
export function loadCollection(spec: CollectionSpec, host: Host, options: LoadCollectionOptions = {}): Collection {
  const loader = new Loader(spec, host);
  try {
    return atPlace(spec.file === undefined ? {} : { file: spec.file }, () => loader.load(options));
  } catch (error) {
    loader.undo();
    throw error;
  } finally {
    if (spec.btf !== undefined) host.forgetTypes?.(spec.btf);
  }
}

/** One loading of one collection; it knows what it made, to undo it. */
class Loader {
  readonly #spec: CollectionSpec;
  readonly #host: Host;
  /** What to free, in the order it was made. */
  readonly #made: { dispose(): void }[] = [];
  readonly #maps = new Map<string, MapHandle>();
  readonly #programs = new Map<string, ProgramHandle>();
  /** Maps that were pinned before, with their contents. */
  readonly #found = new Set<string>();
  /** Paths pinned by this loading. */
  readonly #pinned: string[] = [];

  constructor(spec: CollectionSpec, host: Host) {
    this.#spec = spec;
    this.#host = host;
  }

  load({ config = {}, programs, ownsHost = false, targets = {}, ...more }: LoadCollectionOptions): Collection {
    const { pinPath, logLevel = 0 } = more;
    const directory = pinPath ?? this.#host.pins?.directory;
    const plan = planLoad(this.#spec, programs);
    const maps = applyConfig(plan.maps, this.#spec, config, this.#host);
    for (const map of maps) this.#maps.set(map.name, this.#openMap(map, directory));
    for (const map of maps) if (!this.#found.has(map.name)) this.#fill(map);
    for (const name of Object.keys(targets)) findProgram(this.#spec, name);
    for (const program of plan.programs) this.#loadProgram(program, logLevel, targetOf(targets[program.name]));
    for (const map of maps) this.#fillPrograms(map);
    for (const map of maps) this.#pin(map, directory);
    return new Collection(this.#host, this.#spec, {
      maps: named(this.#maps),
      programs: named(this.#programs),
      globals: this.#globals(),
      release: () => {
        this.release();
        if (ownsHost) this.#host.dispose();
      },
    });
  }

  /** Frees what was made, last first. */
  release(): void {
    for (const program of this.#programs.values()) program.close();
    for (const map of this.#maps.values()) map.close();
    for (const made of this.#made.splice(0).reverse()) made.dispose();
  }

  /** Frees what was made, and takes back what was pinned. */
  undo(): void {
    try {
      for (const path of this.#pinned.splice(0)) this.#host.pins?.unpin(path);
    } finally {
      this.release();
    }
  }

  #keep<T extends { dispose(): void }>(made: T): T {
    this.#made.push(made);
    return made;
  }

  #createMap(spec: MapSpec): HostMap {
    const inner = spec.inner === undefined ? undefined : this.#createMap(spec.inner);
    return this.#keep(this.#host.createMap(spec, inner, this.#spec.btf));
  }

  /** The map that is pinned by this name already, where the object wants that. */
  #findPinned(spec: MapSpec, directory: string | undefined): HostMap | undefined {
    if (spec.pinning === 'none' || directory === undefined) return undefined;
    const found = this.#host.pins?.openMap(pinnedPath(directory, spec), spec);
    if (found === undefined) return undefined;
    this.#found.add(spec.name);
    return this.#keep(found.map);
  }

  #pin({ name, pinning }: MapSpec, directory: string | undefined): void {
    if (pinning === 'none' || directory === undefined || this.#found.has(name)) return;
    const path = pinnedPath(directory, { name });
    this.#map(name).pin(path);
    this.#pinned.push(path);
  }

  /** @param found a map that the host has already. */
  #openMap(spec: MapSpec, directory?: string, found = this.#findPinned(spec, directory)): MapHandle {
    const template = spec.inner;
    const openInner = (inner?: HostMap): MapHandle => {
      if (template === undefined) {
        throw new SkepError('SKEP_NOT_SUPPORTED', `map ${spec.name} has no template for inner maps`);
      }
      const map = this.#openMap(template, undefined, inner === undefined ? undefined : this.#keep(inner));
      if (this.#spec.btf !== undefined) this.#host.forgetTypes?.(this.#spec.btf);
      return map;
    };
    return openMap(found ?? this.#createMap(spec), mapCodecs(spec, this.#spec), openInner);
  }

  /** Bytes and inner maps; then constants are fixed. */
  #fill(spec: MapSpec): void {
    const handle = this.#map(spec.name);
    // Writing a struct of functions is what registers it.
    if (handle instanceof StructOpsHandle) return;
    for (const { key, value } of spec.contents) {
      if (value.kind === 'bytes') handle.map.update(key, value.bytes);
      if (value.kind === 'map' && handle instanceof OuterTable) handle.setBytes(key, this.#map(value.name));
    }
    if (spec.frozen) handle.map.freeze();
  }

  #loadProgram(spec: ProgramSpec, logLevel: number, target: ProgramTarget | undefined): void {
    const maps = new Map([...this.#maps].map(([name, { map }]) => [name, map]));
    const { license, btf } = this.#spec;
    const environment = {
      logLevel,
      maps,
      license,
      ...(btf === undefined ? {} : { btf }),
      ...(target === undefined ? {} : { target }),
    };
    const program = atPlace({ program: spec.name }, () => this.#host.loadProgram(spec, environment));
    this.#programs.set(spec.name, new ProgramHandle(this.#keep(program), () => this.#wake()));
  }

  #fillPrograms(spec: MapSpec): void {
    const handle = this.#map(spec.name);
    if (handle instanceof StructOpsHandle) handle.bind(this.#programs);
    if (!(handle instanceof ProgramTable)) return;
    for (const { key, value } of spec.contents) {
      // A slot whose program is not loaded stays empty: a tail call there falls through, as in the kernel.
      const program = programOf(value, this.#programs);
      if (program !== undefined) handle.setBytes(key, program);
    }
  }

  #globals(): Named<GlobalHandle> {
    const globals = new Map<string, GlobalHandle>();
    for (const variable of this.#spec.variables.values()) {
      const section = this.#maps.get(variable.map);
      if (section === undefined) continue;
      globals.set(variable.name, new GlobalHandle(variable, section.map, variableCodec(variable, this.#spec.btf)));
    }
    return named(globals);
  }

  #wake(): void {
    for (const map of this.#maps.values()) map.wake();
  }

  #map(name: string): MapHandle {
    const handle = this.#maps.get(name);
    if (handle === undefined) throw new SkepError('SKEP_BAD_OBJECT', `the object names a map ${name} that it lacks`);
    return handle;
  }
}

function targetOf(target: TargetOption | undefined): ProgramTarget | undefined {
  if (target === undefined) return undefined;
  if (target instanceof ProgramHandle) return { program: target.program };
  return { program: target.program.program, function: target.function };
}

/** As libbpf has it: dots of the name become `_`. */
function pinnedPath(directory: string, { name }: { readonly name: string }): string {
  return `${directory.replace(/\/+$/, '')}/${name.replaceAll('.', '_')}`;
}

function programOf(value: InitialEntry['value'], programs: ReadonlyMap<string, ProgramHandle>) {
  return value.kind === 'program' ? programs.get(value.name) : undefined;
}

function named<T>(entries: ReadonlyMap<string, T>): Named<T> {
  return Object.assign(Object.create(null), Object.fromEntries(entries));
}
