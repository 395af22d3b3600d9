import type { DataSectionType, TypeId } from '../btf/types.ts';
import { SLOT_SIZE } from '../isa/instruction.ts';
import { CALL, LDDW } from '../isa/opcode.ts';
import type { CodeFunction, CodeSection } from './code-section.ts';
import { type ElfRelocation, type ElfSymbol, RelocationType, SymbolBinding, SymbolType } from './elf.ts';
import { badObject, describeSymbol, type ObjectFile } from './object-file.ts';

/** What an instruction refers to. */
export type CodeTarget =
  | { readonly kind: 'map'; readonly map: string }
  | { readonly kind: 'map-value'; readonly map: string; readonly offset: number }
  | { readonly kind: 'function'; readonly target: CodeFunction }
  | { readonly kind: 'kfunc' | 'ksym'; readonly name: string; readonly type?: TypeId; readonly weak: boolean };

/** What the sections of an object hold, as relocations see them, by section index. */
export type SectionTarget =
  | { readonly kind: 'maps'; readonly mapsAt: ReadonlyMap<number, string> }
  | { readonly kind: 'data'; readonly map: string }
  | { readonly kind: 'code'; readonly code: CodeSection };

/** A name that the kernel is to supply. */
interface Extern {
  readonly section: '.kconfig' | '.ksyms';
  readonly kind: 'func' | 'var';
  /** The FUNC type of a function, the variable's own type of a variable. */
  readonly type: TypeId;
  /** Offset in `.kconfig`. */
  readonly offset: number;
}

/** Finds out what instructions refer to, by the relocations of their sections. */
export class CodeRelocator {
  readonly #object: ObjectFile;
  readonly #sections: ReadonlyMap<number, SectionTarget>;
  readonly #externs: ReadonlyMap<string, Extern>;
  readonly #gnu: boolean;

  constructor(object: ObjectFile, sections: ReadonlyMap<number, SectionTarget>) {
    this.#object = object;
    this.#sections = sections;
    this.#externs = readExterns(object);
    this.#gnu = isGnu(object);
  }

  /**
   * The target of the relocation at a slot of a code section.
   * @throws SKEP_BAD_OBJECT naming what cannot be resolved.
   */
  resolve(code: CodeSection, slot: number, relocation: ElfRelocation): CodeTarget {
    const place = { section: code.name, instruction: slot };
    const opcode = code.data[slot * SLOT_SIZE];
    const { type } = relocation;
    const fits =
      (type === RelocationType.R_BPF_64_64 && opcode === LDDW) ||
      (type === RelocationType.R_BPF_64_32 && opcode === CALL);
    if (!fits || relocation.addend !== undefined) {
      throw badObject('a relocation does not fit its instruction', place, {
        reason: `type ${type}${relocation.addend === undefined ? '' : ' with addend'} at opcode 0x${opcode?.toString(16)}`,
        remedy: 'only 64-bit immediate loads (R_BPF_64_64) and calls (R_BPF_64_32) can be relocated',
      });
    }
    const symbol = relocation.symbol === undefined ? undefined : this.#object.elf.symbols[relocation.symbol];
    if (symbol === undefined) throw badObject('a relocation of code names no symbol', place);
    const view = new DataView(code.data.buffer, code.data.byteOffset, code.data.byteLength);
    const immediate = view.getInt32(slot * SLOT_SIZE + 4, true);
    if (typeof symbol.section === 'number') {
      return this.#local(symbol, symbol.section, opcode === CALL, immediate, place);
    }
    if (symbol.section === 'undefined') return this.#extern(symbol, opcode === CALL, immediate, place);
    throw badObject(`${describeSymbol(this.#object.elf, symbol)} lies in no section`, place, {
      reason: 'code can refer to maps, variables, functions and the kernel’s symbols',
    });
  }

  #local(symbol: ElfSymbol, section: number, call: boolean, immediate: number, place: object): CodeTarget {
    const target = this.#sections.get(section);
    const bytes = this.#offset(symbol, call, immediate);
    if (call || target?.kind === 'code') {
      const start = target?.kind === 'code' ? target.code.functions.get(bytes / SLOT_SIZE) : undefined;
      if (start !== undefined) return { kind: 'function', target: start };
      throw badObject(`${describeSymbol(this.#object.elf, symbol)} at ${bytes} is no function`, place);
    }
    if (target?.kind === 'data') return { kind: 'map-value', map: target.map, offset: bytes >>> 0 };
    const map = target?.kind === 'maps' ? target.mapsAt.get(bytes) : undefined;
    if (map !== undefined) return { kind: 'map', map };
    throw badObject(`${describeSymbol(this.#object.elf, symbol)} is neither map, variable nor function`, place, {
      reason: `it lies in section ${this.#object.elf.sections[section]?.name} at offset ${bytes}`,
      remedy: 'put maps into SEC(".maps") and variables into .data, .rodata or .bss',
    });
  }

  /**
   * Where a relocation points, in bytes from the start of the symbol's section. What stands in the instruction is
   * added to the symbol's value: bytes in a load, instructions from the next one in a call. GNU as adds the value
   * itself for named symbols, in bytes even in a call.
   */
  #offset({ type, value }: ElfSymbol, call: boolean, immediate: number): number {
    const repeated = this.#gnu && type !== SymbolType.SECTION;
    if (!call) return repeated ? immediate : value + immediate;
    return repeated ? immediate + 1 : value + (immediate + 1) * SLOT_SIZE;
  }

  #extern(symbol: ElfSymbol, call: boolean, immediate: number, place: object): CodeTarget {
    const { name, binding } = symbol;
    const known = this.#externs.get(name);
    const weak = binding === SymbolBinding.WEAK;
    if (known === undefined) {
      throw badObject(`${call ? 'function' : 'variable'} ${name} is defined nowhere`, place, {
        reason: 'the object does not hold it, and its type information does not say where it comes from',
        remedy:
          'define it, link the object that does (bpftool gen object), or declare it __ksym or __kconfig and compile with -g',
      });
    }
    if (call && known.kind !== 'func') throw badObject(`${name} is a variable, not a function`, place);
    if (known.section === '.kconfig') return { kind: 'map-value', map: '.kconfig', offset: known.offset + immediate };
    return { kind: call ? 'kfunc' : 'ksym', name, weak, ...(known.type === 0 ? {} : { type: known.type }) };
  }
}

/** Names declared `__kconfig` and `__ksym`, which BTF lists in DATASEC types that no section backs. */
function readExterns({ btf }: ObjectFile): Map<string, Extern> {
  const externs = new Map<string, Extern>();
  for (const section of ['.kconfig', '.ksyms'] as const) {
    const id = btf?.findByName(section, 'datasec');
    if (btf === undefined || id === undefined) continue;
    for (const { type: entry, offset } of (btf.type(id) as DataSectionType).variables) {
      const type = btf.type(entry);
      if (type.kind === 'func') externs.set(type.name, { section, kind: 'func', type: entry, offset });
      else if (type.kind === 'var') {
        const typeless = btf.kind(btf.strip(type.type)) === 'void';
        externs.set(type.name, { section, kind: 'var', type: typeless ? 0 : type.type, offset });
      }
    }
  }
  return externs;
}

/** True for what gcc wrote: it says so in section `.comment`. */
function isGnu({ elf }: ObjectFile): boolean {
  const comment = elf.sections.find(({ name }) => name === '.comment');
  return comment !== undefined && new TextDecoder().decode(comment.data.subarray(0, 256)).includes('GCC:');
}
