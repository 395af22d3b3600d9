import type { LinearValue } from '../../isa/expression.ts';
import type { Token } from '../../isa/scan.ts';
import type { TokenReader } from '../../isa/token-reader.ts';
import { SymbolBinding, SymbolType, SymbolVisibility } from '../elf.ts';
import type { SectionBuilder } from './section-builder.ts';

/** Symbol as far as it is known: named by a directive, used by an instruction, or defined by a label. */
export class AssemblySymbol {
  readonly name: string;
  /** Where it is defined; undefined until then. */
  section: SectionBuilder | undefined;
  /** Offset in the section. */
  value = 0;
  size = 0;
  /** Size to be worked out once all labels are known. */
  sizeExpression: { readonly value: LinearValue; readonly reader: TokenReader; readonly token: Token } | undefined;
  binding: number = SymbolBinding.LOCAL;
  type: number = SymbolType.NOTYPE;
  visibility: number = SymbolVisibility.DEFAULT;
  /** Declared by `.extern`, `.globl` or `.weak`: may stay undefined. */
  declared = false;
  /** Named by `.local`: a `.comm` of it goes into .bss. */
  declaredLocal = false;
  /** Common symbol (`.comm`): alignment; its size is {@link size}. */
  common: number | undefined;
  /** Where it is defined, for messages. */
  definition: { readonly reader: TokenReader; readonly token: Token } | undefined;

  constructor(name: string) {
    this.name = name;
  }

  get defined(): boolean {
    return this.section !== undefined;
  }

  get local(): boolean {
    return this.binding === SymbolBinding.LOCAL;
  }

  /** Labels of compilers and numbers, which no symbol table holds. */
  get temporary(): boolean {
    return this.name.startsWith('.L') || /^LBB\d+_\d+$/.test(this.name);
  }
}
