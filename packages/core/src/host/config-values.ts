import { atPlace } from '../base/errors.ts';
import type { Value } from '../btf/value.ts';
import type { CollectionSpec } from '../object/collection-spec.ts';
import type { InitialEntry, MapSpec } from '../object/map-spec.ts';
import type { Input } from './codec.ts';
import type { Host } from './host.ts';
import { kconfigBytes } from './kconfig.ts';
import { noVariable, variableCodec } from './section-codec.ts';

/** Values for variables of the program, by name, that hold from before it is loaded. */
export type ConfigValues = Readonly<Record<string, Input>>;

/** Bytes to write into the first value of a data section. */
interface Patch {
  readonly map: string;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/**
 * The maps with `config` in their data sections, and kernel configuration values in theirs.
 * @throws SKEP_NO_SUCH_NAME for a variable that is not there, SKEP_BAD_VALUE for a value that does not fit.
 */
export function applyConfig(
  maps: readonly MapSpec[],
  spec: CollectionSpec,
  config: ConfigValues,
  host: Host,
): readonly MapSpec[] {
  const patches = [...variablePatches(spec, config), ...kconfigPatches(spec, config, host)];
  return patches.length === 0 ? maps : maps.map((map) => patched(map, patches));
}

function variablePatches(spec: CollectionSpec, config: ConfigValues): Patch[] {
  return Object.entries(config).flatMap(([name, value]) => {
    if (spec.kconfig.some((entry) => entry.name === name)) return [];
    const variable = spec.variables.get(name);
    if (variable === undefined) throw noVariable(name, [...spec.variables.keys()]);
    const codec = variableCodec(variable, spec.btf);
    const bytes = atPlace({ text: `config ${name}` }, () => codec.encode(value));
    return [{ map: variable.map, offset: variable.offset, bytes }];
  });
}

function kconfigPatches(spec: CollectionSpec, config: ConfigValues, host: Host): Patch[] {
  const section = [...spec.maps.values()].find(({ origin }) => origin === 'kconfig');
  if (section === undefined) return [];
  return spec.kconfig.map((entry) => ({
    map: section.name,
    offset: entry.offset,
    bytes: kconfigBytes(entry, spec, config[entry.name] as Value | undefined, host),
  }));
}

function patched(map: MapSpec, patches: readonly Patch[]): MapSpec {
  const mine = patches.filter((patch) => patch.map === map.name);
  if (mine.length === 0) return map;
  const bytes = new Uint8Array(map.valueSize);
  const [first] = map.contents;
  if (first?.value.kind === 'bytes') bytes.set(first.value.bytes);
  for (const patch of mine) bytes.set(patch.bytes, patch.offset);
  const entry: InitialEntry = { key: new Uint8Array(map.keySize), value: { kind: 'bytes', bytes } };
  return { ...map, contents: [entry] };
}
