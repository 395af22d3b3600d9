import { SLOT_SIZE } from '../isa/instruction.ts';
import {
  type ElfRelocation,
  type ElfSection,
  type ElfSymbol,
  SymbolBinding,
  SymbolType,
  SymbolVisibility,
} from './elf.ts';
import { badObject } from './object-file.ts';

/** A function of a code section. */
export interface CodeFunction {
  readonly name: string;
  readonly section: CodeSection;
  /** First slot in the section. */
  readonly start: number;
  /** Slot behind the last. */
  readonly end: number;
  /** Visible outside its file: a program where its section makes programs. */
  readonly exported: boolean;
  /** Kernels verify global functions on their own; hidden ones count as static. */
  readonly linkage: 'static' | 'global';
}

/** A section of code, split into functions. */
export interface CodeSection {
  readonly index: number;
  readonly name: string;
  readonly data: Uint8Array;
  /** By their first slot. */
  readonly functions: ReadonlyMap<number, CodeFunction>;
  /** By the slot they change. */
  readonly relocations: ReadonlyMap<number, ElfRelocation>;
}

/**
 * Splits a section of code into its functions, which function symbols mark; global symbols without a type do where an
 * assembler gave none. Functions whose symbol has no size reach to the next one.
 * @throws SKEP_BAD_OBJECT where functions overlap, or lie outside the section or between instructions.
 */
export function splitCode(section: ElfSection, index: number, symbols: readonly ElfSymbol[]): CodeSection {
  const { name, data } = section;
  if (data.length % SLOT_SIZE !== 0) {
    throw badObject(
      `code section ${name} is cut inside an instruction`,
      { section: name },
      {
        reason: `instructions take 8 bytes each, the section has ${data.length} bytes`,
      },
    );
  }
  const functions = new Map<number, CodeFunction>();
  const relocations = new Map<number, ElfRelocation>();
  const code: CodeSection = { index, name, data, functions, relocations };
  const starts = functionSymbols(symbols);
  for (const [position, symbol] of starts.entries()) {
    const found = functionOf(code, symbol, starts[position + 1]?.value ?? data.length);
    functions.set(found.start, found);
  }
  for (const relocation of section.relocations) relocations.set(slotOf(code, relocation.offset), relocation);
  return code;
}

/** The symbols that mark functions, by address; of several at one address the exported one. */
function functionSymbols(symbols: readonly ElfSymbol[]): ElfSymbol[] {
  const typed = symbols.filter(({ type, name }) => type === SymbolType.FUNC && name !== '');
  const marks = typed.length > 0 ? typed : symbols.filter(isUntypedGlobal);
  const byAddress = new Map<number, ElfSymbol>();
  for (const symbol of marks) {
    const known = byAddress.get(symbol.value);
    if (known === undefined || known.binding === SymbolBinding.LOCAL) byAddress.set(symbol.value, symbol);
  }
  return [...byAddress.values()].sort((a, b) => a.value - b.value);
}

function isUntypedGlobal({ type, name, binding }: ElfSymbol): boolean {
  return type === SymbolType.NOTYPE && name !== '' && binding !== SymbolBinding.LOCAL;
}

function functionOf(section: CodeSection, symbol: ElfSymbol, next: number): CodeFunction {
  const { name, value, binding, visibility } = symbol;
  const size = symbol.size === 0 ? next - value : symbol.size;
  if (value % SLOT_SIZE !== 0 || size % SLOT_SIZE !== 0 || size <= 0 || value + size > next) {
    const reason =
      value + size > next && next < section.data.length
        ? `it overlaps the function at offset ${next}`
        : `it takes ${size} bytes at offset ${value}; the section has ${section.data.length}`;
    throw badObject(`function ${name} does not fit its section`, { section: section.name, offset: value }, { reason });
  }
  const exported = binding !== SymbolBinding.LOCAL;
  const hidden = visibility === SymbolVisibility.HIDDEN || visibility === SymbolVisibility.INTERNAL;
  return {
    name,
    section,
    start: value / SLOT_SIZE,
    end: (value + size) / SLOT_SIZE,
    exported,
    linkage: exported && !hidden ? 'global' : 'static',
  };
}

function slotOf({ name, data }: CodeSection, offset: number): number {
  if (offset % SLOT_SIZE === 0 && offset < data.length) return offset / SLOT_SIZE;
  throw badObject(
    'a relocation does not lie at an instruction',
    { section: name, offset },
    {
      reason: `instructions start at multiples of 8 below ${data.length}`,
    },
  );
}
