import { SymbolBinding, SymbolType } from '../elf.ts';
import type { Assembly } from './assembly.ts';
import type { SectionBuilder } from './section-builder.ts';
import type { AssemblySymbol } from './symbols.ts';

/**
 * Gives the labels of a program written by hand the types, sizes and bindings that a compiler would have written:
 * programs and called labels are functions, labels of data are objects, and each ends where the next begins.
 * @throws SKEP_BAD_ASSEMBLY where a program has no name, or a function stands where loaders do not look for it.
 */
export function inferSymbols(assembly: Assembly): void {
  const called = calledNames(assembly);
  for (const [section, labels] of labelsBySection(assembly)) {
    if (section.executable) inferFunctions(section, labels, called);
    else for (const label of labels) if (label.type === SymbolType.NOTYPE) label.type = SymbolType.OBJECT;
    inferSizes(section, labels);
  }
}

/** Labels of each section in order of their place, temporary ones left out. */
export function labelsBySection(assembly: Assembly): Map<SectionBuilder, AssemblySymbol[]> {
  const labels = new Map<SectionBuilder, AssemblySymbol[]>(assembly.sections.map((section) => [section, []]));
  for (const symbol of assembly.symbols.values()) {
    if (symbol.section !== undefined && !symbol.temporary) labels.get(symbol.section)?.push(symbol);
  }
  for (const list of labels.values()) list.sort((a, b) => a.value - b.value);
  return labels;
}

/** Names that are called, or whose address is taken. */
function calledNames(assembly: Assembly): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { fixups } of assembly.sections) {
    for (const fixup of fixups) {
      if (fixup.kind === 'data') names.add(fixup.value.plus ?? '');
      else if (fixup.reference.use === 'call' || fixup.reference.use === 'address') names.add(fixup.reference.name);
    }
  }
  return names;
}

function inferFunctions(section: SectionBuilder, labels: readonly AssemblySymbol[], called: ReadonlySet<string>): void {
  const isProgram = section.name !== '.text';
  if (isProgram && section.size > 0) nameProgram(section, labels);
  for (const label of labels) {
    if (!label.local || called.has(label.name)) label.type = SymbolType.FUNC;
    if (isProgram && label.local && label.type === SymbolType.FUNC) checkPlace(section, label);
  }
}

/** A program section begins with a program; where none is global, its first label is. */
function nameProgram(section: SectionBuilder, labels: readonly AssemblySymbol[]): void {
  const first = labels.find((label) => label.value === 0 && !label.local) ?? labels[0];
  if (first !== undefined && first.value === 0) {
    first.binding = first.local ? SymbolBinding.GLOBAL : first.binding;
    return;
  }
  const [line] = section.lines;
  if (line === undefined) return;
  const { reader, token } = line;
  throw reader.error(token, `the program in section ${section.name} has no name`, undefined, `write 'main:' before it`);
}

/** libbpf takes every function in a program section for a program, and refuses local ones there. */
function checkPlace(section: SectionBuilder, label: AssemblySymbol): void {
  if (label.definition === undefined) return;
  const { reader, token } = label.definition;
  const reason = `loaders take what stands in section ${section.name} for programs`;
  throw reader.error(token, `function '${label.name}' must be in .text`, reason, "write '.text' before it");
}

function inferSizes(section: SectionBuilder, labels: readonly AssemblySymbol[]): void {
  const parts = section.executable ? labels.filter((label) => label.type === SymbolType.FUNC) : labels;
  let end = section.size;
  for (const label of parts.toReversed()) {
    if (label.size === 0 && label.sizeExpression === undefined) label.size = end - label.value;
    end = label.value;
  }
}
