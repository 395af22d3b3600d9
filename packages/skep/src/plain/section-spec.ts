import { alignUp } from '@skep/core/base';
import type { MapSpec, VariableSpec } from '@skep/core/object';
import type { ModuleExports } from './module-exports.ts';
import type { TypeTable } from './type-table.ts';

/** A data section as the map that holds it, and the variables in it. */
export interface SectionSpec {
  readonly map: MapSpec;
  readonly variables: readonly VariableSpec[];
}

type Exported = readonly [name: string, ModuleExports['variables'] extends ReadonlyMap<string, infer V> ? V : never];

/** The sections of a module's constants and variables. */
export function sectionSpecs({ variables }: ModuleExports, types: TypeTable): SectionSpec[] {
  const all = [...variables];
  const constants = all.filter(([, { variable }]) => variable.constant);
  const others = all.filter(([, { variable }]) => !variable.constant);
  return [
    ...(constants.length > 0 ? [section('rodata', constants, types)] : []),
    ...(others.length > 0 ? [section('data', others, types)] : []),
  ];
}

function section(origin: 'rodata' | 'data', members: readonly Exported[], types: TypeTable): SectionSpec {
  const name = `.${origin}`;
  const variables: VariableSpec[] = [];
  let size = 0;
  for (const [variable, { variable: made }] of members) {
    const { layout } = made;
    const offset = alignUp(size, Math.max(1, layout.align));
    const constant = origin === 'rodata';
    const type = types.of(layout);
    variables.push({ name: variable, map: name, offset, size: layout.size, type, constant, linkage: 'global' });
    size = offset + layout.size;
  }
  const bytes = new Uint8Array(size);
  for (const [index, [, { variable }]] of members.entries()) bytes.set(variable.initial, variables[index]?.offset ?? 0);
  const map: MapSpec = {
    name,
    type: 'array',
    keySize: 4,
    valueSize: size,
    maxEntries: 1,
    flags: 0,
    mapExtra: 0n,
    pinning: 'none',
    contents: [{ key: new Uint8Array(4), value: { kind: 'bytes', bytes } }],
    frozen: origin === 'rodata',
    origin,
    section: name,
  };
  return { map, variables };
}
