import { type Declared, type ProgramParts, programOf, type Variable, variableOf } from '@skep/bpf/runtime';
import { type MapType, mapTypes } from '@skep/core/abi';

/** A map of a module, with what its constructor was given. */
export interface DeclaredMap extends Declared {
  readonly options: {
    readonly maxEntries?: number;
    readonly bytes?: number;
    readonly preallocate?: boolean;
    readonly hashes?: number;
  };
}

/** What a program's module exports, by name. */
export interface ModuleExports {
  readonly maps: ReadonlyMap<string, DeclaredMap>;
  readonly programs: ReadonlyMap<string, ProgramParts>;
  readonly variables: ReadonlyMap<string, { readonly spec: object; readonly variable: Variable }>;
  readonly license: string;
}

/** Sorts the exports of a module; schemas, functions and constants are left out. */
export function readExports(module: object): ModuleExports {
  const maps = new Map<string, DeclaredMap>();
  const programs = new Map<string, ProgramParts>();
  const variables = new Map<string, { spec: object; variable: Variable }>();
  let license = '';
  for (const [name, value] of Object.entries(module)) {
    const program = programOf(value);
    const variable = variableOf(value);
    if (program !== undefined) programs.set(name, program);
    else if (variable !== undefined) variables.set(name, { spec: value, variable });
    else if (isMap(value)) maps.set(name, value);
    else if (name === 'license' && typeof value === 'string') license = value;
  }
  return { maps, programs, variables, license };
}

/** True for the map classes of `skep/bpf`. Program arrays hold names only. */
export function isMap(value: unknown): value is DeclaredMap {
  if (typeof value !== 'object' || value === null || !('kind' in value) || !('options' in value)) return false;
  return typeof value.kind === 'string' && isMapType(value.kind);
}

export function isMapType(kind: string): kind is MapType {
  return Object.hasOwn(mapTypes, kind);
}
