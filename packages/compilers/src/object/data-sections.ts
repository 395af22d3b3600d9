import { alignUp } from '@skep/core/base';
import type { SectionVariable } from '@skep/core/btf';
import { elfSymbol, SectionFlag, SectionType, SymbolBinding, SymbolType } from '@skep/core/object';
import type { VariableDeclaration } from '../ir/index.ts';
import type { Sections } from './sections.ts';
import type { TypeTable } from './type-table.ts';

/** Where a variable lies. */
export interface VariablePlace {
  /** Index of its section's symbol. */
  readonly section: number;
  readonly offset: number;
}

/** Writes the sections of variables, with their symbols and types, and gives the place of each variable. */
export function writeVariables(
  variables: readonly VariableDeclaration[],
  sections: Sections,
  types: TypeTable,
): Map<VariableDeclaration, VariablePlace> {
  const places = new Map<VariableDeclaration, VariablePlace>();
  for (const name of ['.rodata', '.data', '.bss'] as const) {
    const members = variables.filter(({ section }) => section === name);
    if (members.length > 0) writeSection(name, members, sections, types, places);
  }
  return places;
}

function writeSection(
  name: '.rodata' | '.data' | '.bss',
  members: readonly VariableDeclaration[],
  sections: Sections,
  types: TypeTable,
  places: Map<VariableDeclaration, VariablePlace>,
): void {
  const index = sections.sections.length;
  const section = sections.symbol(elfSymbol('', index, { binding: SymbolBinding.LOCAL, type: SymbolType.SECTION }));
  const listed: SectionVariable[] = [];
  let size = 0;
  for (const variable of members) {
    const offset = alignUp(size, variable.align);
    const bytes = variable.initial.length;
    places.set(variable, { section, offset });
    const linkage = variable.exported ? 'global' : 'static';
    listed.push({
      type: types.add({ kind: 'var', name: variable.name, type: types.of(variable.type), linkage }),
      offset,
      size: bytes,
    });
    const binding = variable.exported ? SymbolBinding.GLOBAL : SymbolBinding.LOCAL;
    sections.symbol(elfSymbol(variable.name, index, { value: offset, size: bytes, binding, type: SymbolType.OBJECT }));
    size = offset + bytes;
  }
  const data = new Uint8Array(name === '.bss' ? 0 : size);
  for (const variable of members) {
    if (name !== '.bss') data.set(variable.initial, places.get(variable)?.offset ?? 0);
  }
  sections.add(name, data, {
    size,
    type: name === '.bss' ? SectionType.NOBITS : SectionType.PROGBITS,
    flags: SectionFlag.ALLOC | (name === '.rodata' ? 0 : SectionFlag.WRITE),
    alignment: members.reduce((most, { align }) => Math.max(most, align), 1),
  });
  types.add({ kind: 'datasec', name, size, variables: listed });
}
