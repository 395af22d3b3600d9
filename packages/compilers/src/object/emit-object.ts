import { atPlace } from '@skep/core/base';
import { BtfBuilder, type BtfExtFunction, type BtfExtLine, writeBtfExt } from '@skep/core/btf';
import { EM_BPF, elfSymbol, SectionFlag, SymbolBinding, SymbolType, writeElf } from '@skep/core/object';
import { type Cpu, generate } from '../codegen/index.ts';
import type { Callee, MapDeclaration, Module } from '../ir/index.ts';
import { checkStack, placeOf } from './check-stack.ts';
import { type PlacedFunction, placeFunctions, writeCode } from './code-sections.ts';
import { writeVariables } from './data-sections.ts';
import { lineRecords } from './line-records.ts';
import { writeMaps } from './map-definitions.ts';
import { Sections } from './sections.ts';
import { TypeTable } from './type-table.ts';

/** How an object is made. */
export interface ObjectOptions {
  /** Level of the instruction set; 3 (Linux 5.1) unless said otherwise. */
  readonly cpu?: Cpu;
}

/**
 * An ELF object with code, maps, variables, type information and source lines, as libbpf, bpftool and `readCollection`
 * take it.
 * @throws SKEP_COMPILE where a function is too long, or it and what it calls need too much stack.
 */
export function emitObject(module: Module, { cpu = 3 }: ObjectOptions = {}): Uint8Array {
  const sections = new Sections();
  const builder = new BtfBuilder();
  const types = new TypeTable(builder);
  const functions = module.functions.map((target) => ({
    function: target,
    code: atPlace(placeOf(target), () => generate(target, { cpu })),
  }));
  const placed = placeFunctions(functions, sections);
  const byFunction = new Map<Callee, PlacedFunction>(placed.map((member) => [member.function, member]));
  checkStack(byFunction);
  const firstMap = sections.symbols.length;
  const linkPrograms = writeMaps(module.maps, sections, types);
  const maps = new Map<MapDeclaration, number>(module.maps.map((map, index) => [map, firstMap + index]));
  const variables = writeVariables(module.variables, sections, types);
  const text = placed.some(({ section }) => section === '.text') ? textSymbol(sections) : undefined;
  writeCode(placed, sections, { maps, variables, functions: byFunction, text });
  linkPrograms((target) => byFunction.get(target)?.symbol ?? 0);
  writeLicense(module.license, sections);
  writeTypes(placed, sections, types);
  return writeElf({ machine: EM_BPF, littleEndian: true, sections: sections.sections, symbols: sections.symbols });
}

function textSymbol(sections: Sections): number {
  const more = { binding: SymbolBinding.LOCAL, type: SymbolType.SECTION };
  return sections.symbol(elfSymbol('', sections.index('.text'), more));
}

function writeLicense(license: string | undefined, sections: Sections): void {
  if (license === undefined) return;
  const data = new TextEncoder().encode(`${license}\0`);
  const flags = SectionFlag.ALLOC | SectionFlag.WRITE;
  const index = sections.add('license', data, { flags });
  sections.symbol(elfSymbol('_license', index, { size: data.length, type: SymbolType.OBJECT }));
}

/** Writes .BTF and, where there are functions, .BTF.ext. */
function writeTypes(placed: readonly PlacedFunction[], sections: Sections, types: TypeTable): void {
  const functions = new Map<string, BtfExtFunction[]>();
  const lines = new Map<string, BtfExtLine[]>();
  for (const member of placed) {
    const { name, linkage, parameters, result } = member.function;
    const type = types.function(name, linkage, parameters, result.declared);
    append(functions, member.section, [{ offset: member.offset, type }]);
    append(lines, member.section, lineRecords(member));
  }
  const { builder } = types;
  const ext = writeBtfExt({ functions, lines, coreRelocations: new Map() }, builder);
  sections.add('.BTF', builder.finish(), { alignment: 4 });
  if (placed.length > 0) sections.add('.BTF.ext', ext, { alignment: 4 });
}

function append<T>(table: Map<string, T[]>, key: string, values: readonly T[]): void {
  table.set(key, [...(table.get(key) ?? []), ...values]);
}
