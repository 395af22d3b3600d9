import { parseInstructionTokens } from '../../isa/parse-instruction.ts';
import { scanStatements } from '../../isa/scan.ts';
import { TokenReader } from '../../isa/token-reader.ts';
import { type Elf, type ElfSection, EM_BPF, elfSection } from '../elf.ts';
import { Assembly } from './assembly.ts';
import { describeAssembly } from './describe.ts';
import { directives } from './directives.ts';
import { inferSymbols } from './infer-symbols.ts';
import { differenceOf, resolveFixups } from './resolve-fixups.ts';
import type { SectionBuilder } from './section-builder.ts';
import { SymbolList } from './symbol-list.ts';

/** What an assembler may know beside the text. */
export interface AssembleElfOptions {
  /** Path of the file: named in errors, in line info and so in faults and kernel logs. */
  readonly file?: string;
}

/**
 * Assembles a `.s` file into an object file.
 *
 * It takes what clang writes with -S, from which the same sections, symbols and relocations come as clang makes (DWARF
 * of lines and frames left out), and programs written by hand in the same syntax with more comfort: `.map`,
 * `.struct`, `.license`, helpers by name. A file without `.file` counts as written by hand: its labels get types and
 * sizes, and BTF with functions, globals and source lines is added, so that libbpf and bpftool load it.
 * @throws SKEP_BAD_ASSEMBLY with line, column, and what was likely meant.
 */
export function assembleElf(text: string, options: AssembleElfOptions = {}): Elf {
  const assembly = new Assembly(options.file);
  for (const statement of scanStatements(text, options.file)) assembleStatement(assembly, new TokenReader(statement));
  resolveSizes(assembly);
  if (assembly.handwritten) inferSymbols(assembly);
  return layOut(assembly);
}

function assembleStatement(assembly: Assembly, reader: TokenReader): void {
  while (reader.is(':', 1) && (reader.peek().kind === 'word' || /^[0-9]+$/.test(reader.peek().text))) {
    assembly.defineLabel(reader, reader.take());
    reader.expect(':');
  }
  if (reader.atEnd) return;
  const token = reader.peek();
  if (token.kind !== 'word' || !token.text.startsWith('.')) {
    assembly.emitInstruction(reader, token, parseInstructionTokens(reader, assembly.named));
    return;
  }
  const directive = directives.get(token.text);
  if (directive === undefined) throw reader.unknown(token, 'directive', directives.keys());
  reader.take();
  directive(assembly, reader, token);
  reader.end();
}

function resolveSizes(assembly: Assembly): void {
  for (const symbol of assembly.symbols.values()) {
    const { sizeExpression } = symbol;
    if (sizeExpression === undefined) continue;
    const { value, reader, token } = sizeExpression;
    const constant = value.plus === undefined && value.minus === undefined;
    const size = constant ? value.constant : differenceOf(assembly, { value, reader, token });
    if (size < 0n || size > 0xffffffffn) throw reader.error(token, `size ${size} of '${symbol.name}' is out of range`);
    symbol.size = Number(size);
  }
}

function layOut(assembly: Assembly): Elf {
  const builders = assembly.sections;
  const symbols = new SymbolList(builders);
  if (assembly.compiledFrom !== undefined) symbols.addFile(assembly.compiledFrom);
  for (const symbol of assembly.symbols.values()) {
    if ((symbol.defined && !symbol.temporary) || symbol.common !== undefined) symbols.indexOf(symbol);
  }
  const sections: ElfSection[] = builders.map((builder) => {
    const data = builder.contents();
    const relocations = resolveFixups(assembly, symbols, builder, data);
    return finished(builder, data, relocations);
  });
  if (assembly.handwritten && assembly.findSection('.BTF') === undefined) {
    const { btf, ext } = describeAssembly(assembly);
    sections.push(describedSection('.BTF', btf), describedSection('.BTF.ext', ext));
  }
  return { machine: EM_BPF, littleEndian: true, sections, symbols: symbols.symbols };
}

function finished(builder: SectionBuilder, data: Uint8Array, relocations: ElfSection['relocations']): ElfSection {
  const { name, shape, size, alignment } = builder;
  return { name, ...shape, data, size, alignment, relocations };
}

function describedSection(name: string, data: Uint8Array): ElfSection {
  return elfSection(name, data, { alignment: 4 });
}
