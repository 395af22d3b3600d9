import { encode, type Instruction, SLOT_SIZE, slotsOf } from '@skep/core/isa';
import {
  type ElfRelocation,
  elfSymbol,
  RelocationType,
  SectionFlag,
  SymbolBinding,
  SymbolType,
} from '@skep/core/object';
import type { MachineFunction, Reference } from '../codegen/index.ts';
import type { Callee, IrFunction, MapDeclaration, VariableDeclaration } from '../ir/index.ts';
import type { VariablePlace } from './data-sections.ts';
import type { Sections } from './sections.ts';

/** A function with its code, and where this lies. */
export interface PlacedFunction {
  readonly function: IrFunction;
  readonly code: MachineFunction;
  readonly section: string;
  /** Bytes from the start of the section. */
  readonly offset: number;
  readonly symbol: number;
}

/** Places functions one behind the other in their sections, and gives each a symbol. */
export function placeFunctions(
  functions: readonly { readonly function: IrFunction; readonly code: MachineFunction }[],
  sections: Sections,
): PlacedFunction[] {
  const placed: PlacedFunction[] = [];
  for (const name of new Set(functions.map(sectionOf))) {
    const index = sections.sections.length;
    let offset = 0;
    for (const member of functions.filter((other) => sectionOf(other) === name)) {
      const size = sizeOf(member.code);
      const binding = member.function.linkage === 'static' ? SymbolBinding.LOCAL : SymbolBinding.GLOBAL;
      const symbol = sections.symbol(
        elfSymbol(member.function.name, index, { value: offset, size, binding, type: SymbolType.FUNC }),
      );
      placed.push({ ...member, section: name, offset, symbol });
      offset += size;
    }
    const flags = SectionFlag.ALLOC | SectionFlag.EXECINSTR;
    sections.add(name, new Uint8Array(offset), { flags, alignment: 8, relocations: [] });
  }
  return placed;
}

function sectionOf({ function: { section } }: { readonly function: IrFunction }): string {
  return section ?? '.text';
}

function sizeOf({ instructions }: MachineFunction): number {
  return instructions.reduce((sum, { instruction }) => sum + slotsOf(instruction), 0) * SLOT_SIZE;
}

/** What code refers to, by symbol. */
export interface Targets {
  readonly maps: ReadonlyMap<MapDeclaration, number>;
  readonly variables: ReadonlyMap<VariableDeclaration, VariablePlace>;
  readonly functions: ReadonlyMap<Callee, PlacedFunction>;
  /** The symbol of section `.text`, which names static functions. */
  readonly text: number | undefined;
}

/** Writes the code into its sections, with relocations for what it refers to. */
export function writeCode(placed: readonly PlacedFunction[], sections: Sections, targets: Targets): void {
  for (const { code, section, offset } of placed) {
    const output = sections.sections[sections.index(section)];
    if (output === undefined) continue;
    const relocations = output.relocations as ElfRelocation[];
    const instructions: Instruction[] = [];
    let at = offset;
    for (const { instruction, reference } of code.instructions) {
      const link = reference === undefined ? undefined : resolve(reference, targets);
      instructions.push(link === undefined ? instruction : { ...instruction, imm: link.imm });
      if (link !== undefined) relocations.push({ offset: at, type: link.type, symbol: link.symbol });
      at += slotsOf(instruction) * SLOT_SIZE;
    }
    output.data.set(encode(instructions), offset);
  }
}

/** Relocation of a reference, and what stands in the immediate. */
interface Link {
  readonly symbol: number;
  readonly type: number;
  readonly imm: number;
}

function resolve(reference: Reference, targets: Targets): Link {
  const type = reference.kind === 'call' ? RelocationType.R_BPF_64_32 : RelocationType.R_BPF_64_64;
  switch (reference.kind) {
    case 'map': {
      const symbol = targets.maps.get(reference.map);
      if (symbol === undefined) throw new Error(`map ${reference.map.name} is not in its module`);
      return { symbol, type, imm: 0 };
    }
    case 'variable': {
      const place = targets.variables.get(reference.variable);
      if (place === undefined) throw new Error(`variable ${reference.variable.name} is not in its module`);
      return { symbol: place.section, type, imm: place.offset + reference.offset };
    }
    default: {
      const target = targets.functions.get(reference.function);
      if (target === undefined) throw new Error(`function ${reference.function.name} is not in its module`);
      // libbpf finds static functions by their place in .text, and others by name.
      const named = target.function.linkage === 'global' || targets.text === undefined;
      const at = named ? 0 : target.offset;
      const imm = reference.kind === 'call' ? at / SLOT_SIZE - 1 : at;
      return { symbol: named ? target.symbol : (targets.text ?? 0), type, imm };
    }
  }
}
