import { atPlace } from '@skep/core/base';
import { type ConfigValues, type Input, noVariable, variableCodec } from '@skep/core/host';
import type { CollectionSpec } from '@skep/core/object';
import type { Assignment } from './set-arguments.ts';

/** True where `--set` names a data section: `--set .rodata limit=5` sets variables, before the program is loaded. */
export function setsVariable(spec: CollectionSpec, { map }: Assignment): boolean {
  const origin = spec.maps.get(map)?.origin;
  return origin === 'rodata' || origin === 'data' || origin === 'bss' || origin === 'kconfig';
}

/** The values that such assignments give. @throws SKEP_NO_SUCH_NAME, SKEP_BAD_VALUE. */
export function configValues(spec: CollectionSpec, assignments: readonly Assignment[]): ConfigValues {
  const config: Record<string, Input> = Object.create(null);
  for (const assignment of assignments) {
    config[assignment.key] = atPlace({ text: assignment.text }, () => valueFor(spec, assignment));
  }
  return config;
}

function valueFor(spec: CollectionSpec, { map, key, value }: Assignment): Input {
  if (spec.maps.get(map)?.origin === 'kconfig') {
    if (!spec.kconfig.some(({ name }) => name === key))
      throw noVariable(
        key,
        spec.kconfig.map(({ name }) => name),
      );
    return /^-?\d+$|^0x[0-9a-f]+$/i.test(value) ? BigInt(value) : value;
  }
  const variable = spec.variables.get(key);
  if (variable?.map !== map) {
    const known = [...spec.variables.values()].filter((other) => other.map === map);
    throw noVariable(
      key,
      known.map(({ name }) => name),
    );
  }
  return variableCodec(variable, spec.btf).parse(value);
}
