import { toTarget } from '../../isa/assemble.ts';
import { decode } from '../../isa/decode.ts';
import { encode } from '../../isa/encode.ts';
import { type Instruction, SLOT_SIZE } from '../../isa/instruction.ts';
import { Call } from '../../isa/opcode.ts';
import type { Token } from '../../isa/scan.ts';
import { didYouMean } from '../../isa/suggest.ts';
import type { TokenReader } from '../../isa/token-reader.ts';
import { type ElfRelocation, RelocationType, SectionFlag } from '../elf.ts';
import type { Assembly } from './assembly.ts';
import { checkFits } from './data-directives.ts';
import { findHelper, helperNames } from './helper-names.ts';
import type { Fixup, SectionBuilder } from './section-builder.ts';
import type { SymbolList } from './symbol-list.ts';
import type { AssemblySymbol } from './symbols.ts';

type InstructionFixup = Extract<Fixup, { kind: 'instruction' }>;
type DataFixup = Extract<Fixup, { kind: 'data' }>;

/** What a relocation refers to: a symbol, or a section and the place in it. */
interface Target {
  readonly symbol: number;
  /** What stands at the relocated place beside it. */
  readonly addend: number;
}

/** Fills in what depends on symbols, in the contents of one section; gives the relocations that are left to loaders. */
export function resolveFixups(
  assembly: Assembly,
  symbols: SymbolList,
  section: SectionBuilder,
  contents: Uint8Array,
): ElfRelocation[] {
  const relocations: ElfRelocation[] = [];
  for (const fixup of section.fixups) {
    const relocation =
      fixup.kind === 'data'
        ? resolveData(assembly, symbols, contents, fixup)
        : resolveInstruction(assembly, symbols, section, contents, fixup);
    if (relocation !== undefined) relocations.push(relocation);
  }
  return relocations;
}

/** Local symbols are named by their section, as assemblers do, so that a linker may drop their names. */
function targetOf(symbols: SymbolList, symbol: AssemblySymbol, addend: bigint): Target {
  const bySection = symbol.local && symbol.section !== undefined;
  if (!bySection) return { symbol: symbols.indexOf(symbol), addend: Number(addend) };
  return { symbol: symbols.sectionIndex(symbol.section), addend: symbol.value + Number(addend) };
}

/** The symbol a reference names, which must be defined or be left to a loader. */
function lookUp(assembly: Assembly, reader: TokenReader, token: Token, name: string, what: string): AssemblySymbol {
  const symbol = assembly.symbol(name);
  // `.debug_abbrev` stands for the start of that section.
  if (!symbol.defined && name.startsWith('.')) symbol.section = assembly.findSection(name);
  const known = symbol.defined || symbol.declared || symbol.common !== undefined;
  if (known || (!assembly.handwritten && what !== 'label')) return symbol;
  const shown = /^\.L(\d+)@/.exec(name)?.[1] ?? name;
  const labels = [...assembly.symbols.values()].filter((one) => one.defined && !one.temporary).map((one) => one.name);
  const candidates = what === 'function' ? [...labels, ...helperNames] : labels;
  const remedy = didYouMean(shown, candidates, `define it with '${shown}:', or declare it with '.extern ${shown}'`);
  throw reader.error(token, `unknown ${what} '${shown}'`, undefined, remedy);
}

function patch(contents: Uint8Array, fixup: InstructionFixup, change: (old: Instruction) => Instruction): void {
  const end = fixup.offset + (fixup.reference.use === 'address' ? 2 : 1) * SLOT_SIZE;
  const [old] = decode(contents.subarray(fixup.offset, end));
  if (old !== undefined) contents.set(encode([change(old)]), fixup.offset);
}

function resolveInstruction(
  assembly: Assembly,
  symbols: SymbolList,
  section: SectionBuilder,
  contents: Uint8Array,
  fixup: InstructionFixup,
): ElfRelocation | undefined {
  switch (fixup.reference.use) {
    case 'call':
      return resolveCall(assembly, symbols, section, contents, fixup);
    case 'address':
      return resolveAddress(assembly, symbols, contents, fixup);
    default:
      resolveJump(assembly, section, contents, fixup);
      return undefined;
  }
}

function resolveJump(assembly: Assembly, section: SectionBuilder, contents: Uint8Array, fixup: InstructionFixup): void {
  const { reader, reference } = fixup;
  const symbol = lookUp(assembly, reader, reference.token, reference.name, 'label');
  if (symbol.section !== section) {
    const reason = `it is in section ${symbol.section?.name ?? '(none)'}`;
    throw reader.error(reference.token, `a jump cannot reach '${reference.name}'`, reason, 'call it instead');
  }
  const distance = slotDistance(fixup, symbol);
  patch(contents, fixup, (old) => toTarget(reader, old, reference, distance));
}

/** Slots from behind the instruction to a label in the same section. */
function slotDistance({ offset, reader, reference }: InstructionFixup, symbol: AssemblySymbol): number {
  const bytes = symbol.value - offset - SLOT_SIZE;
  if (bytes % SLOT_SIZE !== 0) throw reader.error(reference.token, `'${reference.name}' is not at an instruction`);
  return bytes / SLOT_SIZE + Number(reference.addend);
}

function resolveCall(
  assembly: Assembly,
  symbols: SymbolList,
  section: SectionBuilder,
  contents: Uint8Array,
  fixup: InstructionFixup,
): ElfRelocation | undefined {
  const { reader, reference } = fixup;
  const helper = assembly.handwritten ? findHelper(reference.name) : undefined;
  const known = assembly.symbol(reference.name);
  if (helper !== undefined && !known.defined && !known.declared) {
    patch(contents, fixup, (old) => ({ ...old, imm: helper }));
    return undefined;
  }
  const symbol = lookUp(assembly, reader, reference.token, reference.name, 'function');
  if (symbol.section === section && symbol.local) {
    patch(contents, fixup, (old) => toTarget(reader, old, reference, slotDistance(fixup, symbol)));
    return undefined;
  }
  const target = targetOf(symbols, symbol, reference.addend * 8n);
  // Until it is relocated, a call goes to its own place plus the addend, counted from the next instruction.
  patch(contents, fixup, (old) => ({ ...old, src: Call.LOCAL, imm: Math.floor(target.addend / SLOT_SIZE) - 1 }));
  return { offset: fixup.offset, type: RelocationType.R_BPF_64_32, symbol: target.symbol };
}

function resolveAddress(
  assembly: Assembly,
  symbols: SymbolList,
  contents: Uint8Array,
  fixup: InstructionFixup,
): ElfRelocation {
  const { reader, reference } = fixup;
  const symbol = lookUp(assembly, reader, reference.token, reference.name, 'symbol');
  checkFits(reader, reference.token, reference.addend, 4);
  const target = targetOf(symbols, symbol, reference.addend);
  patch(contents, fixup, (old) => ({ ...old, imm: target.addend | 0 }));
  return { offset: fixup.offset, type: RelocationType.R_BPF_64_64, symbol: target.symbol };
}

function resolveData(
  assembly: Assembly,
  symbols: SymbolList,
  contents: Uint8Array,
  fixup: DataFixup,
): ElfRelocation | undefined {
  const { reader, token, value, width, offset } = fixup;
  if (value.minus !== undefined) {
    writeInteger(contents, fixup, differenceOf(assembly, fixup));
    return undefined;
  }
  const symbol = lookUp(assembly, reader, token, value.plus ?? '', 'symbol');
  if (width !== 4 && width !== 8) {
    throw reader.error(token, `an address does not fit ${width} bytes`, undefined, 'use .long or .quad');
  }
  const target = targetOf(symbols, symbol, value.constant);
  writeInteger(contents, fixup, BigInt(target.addend));
  return { offset, type: width === 8 ? RelocationType.R_BPF_64_ABS64 : type32(symbol), symbol: target.symbol };
}

/** .BTF and .BTF.ext name code and data that loaders adjust themselves: LLVM marks those with a type of their own. */
function type32(symbol: AssemblySymbol): number {
  const flags = symbol.section?.shape.flags ?? 0;
  const wanted = SectionFlag.ALLOC | (symbol.temporary ? SectionFlag.EXECINSTR : SectionFlag.WRITE);
  return (flags & wanted) === wanted ? RelocationType.R_BPF_64_NODYLD32 : RelocationType.R_BPF_64_ABS32;
}

/** `end - start`: both in one section. */
export function differenceOf(
  assembly: Assembly,
  { reader, token, value }: Omit<DataFixup, 'kind' | 'offset' | 'width'>,
): bigint {
  const plus = lookUp(assembly, reader, token, value.plus ?? '', 'label');
  const minus = lookUp(assembly, reader, token, value.minus ?? '', 'label');
  if (plus.section === undefined || plus.section !== minus.section) {
    throw reader.error(token, 'the distance of labels in different sections is not known');
  }
  return value.constant + BigInt(plus.value - minus.value);
}

function writeInteger(contents: Uint8Array, { reader, token, offset, width }: DataFixup, value: bigint): void {
  checkFits(reader, token, value, width);
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, value), true);
  contents.set(bytes.subarray(0, width), offset);
}
