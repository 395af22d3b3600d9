import { SkepError } from '../base/errors.ts';
import type { CollectionSpec } from '../object/collection-spec.ts';
import type { MapSpec } from '../object/map-spec.ts';
import type { ProgramSpec } from '../object/program-spec.ts';

/** What of an object is loaded. */
export interface LoadPlan {
  readonly programs: readonly ProgramSpec[];
  readonly maps: readonly MapSpec[];
}

/**
 * Without `names`: every map, and every program that loads by itself. With `names`: those programs, what their tail
 * calls can reach, and the maps that these use.
 * @throws SKEP_NO_SUCH_NAME for a program that is not there.
 */
export function planLoad(spec: CollectionSpec, names?: readonly string[]): LoadPlan {
  if (names === undefined) {
    return {
      programs: [...spec.programs.values()].filter(({ autoload }) => autoload),
      maps: [...spec.maps.values()],
    };
  }
  const programs = new Set<ProgramSpec>();
  const maps = new Set<MapSpec>();
  const pending: string[] = [...names];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const program = findProgram(spec, name);
    if (programs.has(program)) continue;
    programs.add(program);
    for (const map of mapsOf(program, spec, maps)) {
      for (const { value } of map.contents) if (value.kind === 'program') pending.push(value.name);
    }
  }
  return { programs: [...programs], maps: [...spec.maps.values()].filter((map) => maps.has(map)) };
}

/** The program of that name. @throws SKEP_NO_SUCH_NAME, with the names there are. */
export function findProgram(spec: CollectionSpec, name: string): ProgramSpec {
  const program = spec.programs.get(name);
  if (program !== undefined) return program;
  throw new SkepError('SKEP_NO_SUCH_NAME', `there is no program ${name}`, {
    ...(spec.file === undefined ? {} : { place: { file: spec.file } }),
    remedy:
      spec.programs.size === 0 ? 'the file holds no program' : `it holds: ${[...spec.programs.keys()].join(', ')}`,
  });
}

/** Adds the maps a program uses to `found`, and those they hold; gives the new ones. */
function mapsOf(program: ProgramSpec, spec: CollectionSpec, found: Set<MapSpec>): MapSpec[] {
  const added: MapSpec[] = [];
  const pending = program.references.flatMap((reference) => ('map' in reference ? [reference.map] : []));
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const map = spec.maps.get(name);
    if (map === undefined || found.has(map)) continue;
    found.add(map);
    added.push(map);
    for (const { value } of map.contents) if (value.kind === 'map') pending.push(value.name);
  }
  return added;
}
