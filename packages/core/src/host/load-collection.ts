import { atPlace, SkepError } from '../base/errors.ts';
import type { CollectionSpec } from '../object/collection-spec.ts';
import type { InitialEntry, MapSpec } from '../object/map-spec.ts';
import type { ProgramSpec } from '../object/program-spec.ts';
import { Collection, type Named } from './collection.ts';
import { applyConfig, type ConfigValues } from './config-values.ts';
import { GlobalHandle } from './global-handle.ts';
import type { Host, HostMap } from './host.ts';
import { planLoad } from './load-plan.ts';
import { mapCodecs } from './map-codecs.ts';
import type { MapHandle } from './map-handle.ts';
import { openMap } from './open-map.ts';
import { OuterTable } from './outer-table.ts';
import { ProgramHandle } from './program-handle.ts';
import { ProgramTable } from './program-table.ts';
import { variableCodec } from './section-codec.ts';

/** Options of {@link loadCollection}. */
export interface LoadCollectionOptions {
  /** Values for variables (and kernel configuration values) of the program, by name. */
  readonly config?: ConfigValues;
  /** Load only these programs, what their tail calls reach and the maps they use. Default: all that load by themselves. */
  readonly programs?: readonly string[];
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
    loader.release();
    throw error;
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

  constructor(spec: CollectionSpec, host: Host) {
    this.#spec = spec;
    this.#host = host;
  }

  load({ config = {}, programs, ownsHost = false }: LoadCollectionOptions): Collection {
    const plan = planLoad(this.#spec, programs);
    const maps = applyConfig(plan.maps, this.#spec, config, this.#host);
    for (const map of maps) this.#maps.set(map.name, this.#openMap(map));
    for (const map of maps) this.#fill(map);
    for (const program of plan.programs) this.#loadProgram(program);
    for (const map of maps) this.#fillPrograms(map);
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

  #keep<T extends { dispose(): void }>(made: T): T {
    this.#made.push(made);
    return made;
  }

  #createMap(spec: MapSpec): HostMap {
    const inner = spec.inner === undefined ? undefined : this.#createMap(spec.inner);
    return this.#keep(this.#host.createMap(spec, inner, this.#spec.btf));
  }

  #openMap(spec: MapSpec): MapHandle {
    const template = spec.inner;
    const createInner = (): MapHandle => {
      if (template === undefined) {
        throw new SkepError('SKEP_NOT_SUPPORTED', `map ${spec.name} has no template for inner maps`);
      }
      return this.#openMap(template);
    };
    return openMap(this.#createMap(spec), mapCodecs(spec, this.#spec), createInner);
  }

  /** Bytes and inner maps; then constants are fixed. */
  #fill(spec: MapSpec): void {
    const handle = this.#map(spec.name);
    for (const { key, value } of spec.contents) {
      if (value.kind === 'bytes') handle.map.update(key, value.bytes);
      if (value.kind === 'map' && handle instanceof OuterTable) handle.setBytes(key, this.#map(value.name));
    }
    if (spec.frozen) handle.map.freeze();
  }

  #loadProgram(spec: ProgramSpec): void {
    const maps = new Map([...this.#maps].map(([name, { map }]) => [name, map]));
    const { license, btf } = this.#spec;
    const environment = { maps, license, ...(btf === undefined ? {} : { btf }) };
    const program = atPlace({ program: spec.name }, () => this.#host.loadProgram(spec, environment));
    this.#programs.set(spec.name, new ProgramHandle(this.#keep(program), () => this.#wake()));
  }

  #fillPrograms(spec: MapSpec): void {
    const handle = this.#map(spec.name);
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

function programOf(value: InitialEntry['value'], programs: ReadonlyMap<string, ProgramHandle>) {
  return value.kind === 'program' ? programs.get(value.name) : undefined;
}

function named<T>(entries: ReadonlyMap<string, T>): Named<T> {
  return Object.assign(Object.create(null), Object.fromEntries(entries));
}
