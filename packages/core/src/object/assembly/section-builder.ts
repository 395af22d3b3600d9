import { ByteWriter } from '../../base/bytes.ts';
import type { LinearValue } from '../../isa/expression.ts';
import type { SymbolReference } from '../../isa/parsed.ts';
import type { Token } from '../../isa/scan.ts';
import type { TokenReader } from '../../isa/token-reader.ts';
import { SectionFlag, SectionType } from '../elf.ts';

/** Place that is written once all symbols are known. */
export type Fixup =
  /** A field of the instruction at `offset`. */
  | {
      readonly kind: 'instruction';
      readonly offset: number;
      readonly reference: SymbolReference;
      readonly reader: TokenReader;
    }
  /** `width` bytes of data at `offset`. */
  | {
      readonly kind: 'data';
      readonly offset: number;
      readonly width: number;
      readonly value: LinearValue;
      readonly reader: TokenReader;
      readonly token: Token;
    };

/** Where the instruction at `offset` is written. */
export interface InstructionLine {
  readonly offset: number;
  /** Its first token. */
  readonly token: Token;
  readonly reader: TokenReader;
  /** The whole line. */
  readonly text: string;
}

/** What `.section` says of a section, or what its name implies. */
export interface SectionShape {
  readonly type: number;
  readonly flags: number;
  readonly entrySize: number;
}

/** Section that is being filled. */
export class SectionBuilder {
  readonly name: string;
  readonly shape: SectionShape;
  readonly fixups: Fixup[] = [];
  readonly lines: InstructionLine[] = [];
  alignment = 1;
  #writer = new ByteWriter();
  #reserved = 0;

  constructor(name: string, shape: SectionShape) {
    this.name = name;
    this.shape = shape;
    // Compilers align BTF without saying so in their assembly.
    if (name === '.BTF' || name === '.BTF.ext') this.alignment = 4;
  }

  get executable(): boolean {
    return (this.shape.flags & SectionFlag.EXECINSTR) !== 0;
  }

  /** True for sections that take no room in the file, such as .bss. */
  get empty(): boolean {
    return this.shape.type === SectionType.NOBITS;
  }

  /** Bytes so far. */
  get size(): number {
    return this.empty ? this.#reserved : this.#writer.length;
  }

  append(bytes: Uint8Array): void {
    this.#writer.append(bytes);
  }

  /** Adds bytes without contents to a NOBITS section. */
  reserve(size: number): void {
    this.#reserved += size;
  }

  /** A copy of the contents. */
  contents(): Uint8Array {
    return this.#writer.finish();
  }
}

const { WRITE, ALLOC, EXECINSTR } = SectionFlag;

/** Sections whose flags their name implies, by its beginning. */
const knownShapes: readonly (readonly [RegExp, number, number])[] = [
  [/^\.(text|init|fini)(\.|$)/, SectionType.PROGBITS, ALLOC | EXECINSTR],
  [/^\.rodata(\.|$)/, SectionType.PROGBITS, ALLOC],
  [
    /^\.data(\.|$)|^\.maps$|^maps$|^license$|^version$|^\.kconfig$|^\.ksyms$|^\.struct_ops/,
    SectionType.PROGBITS,
    WRITE | ALLOC,
  ],
  [/^\.bss(\.|$)/, SectionType.NOBITS, WRITE | ALLOC],
  [/^\.(BTF|debug|comment|note|symtab|strtab|rel|llvm)/, SectionType.PROGBITS, 0],
];

/** Type and flags of a section that is written without: what the name implies, else a program's. */
export function impliedShape(name: string): SectionShape {
  const known = knownShapes.find(([pattern]) => pattern.test(name));
  if (known === undefined) return { type: SectionType.PROGBITS, flags: ALLOC | EXECINSTR, entrySize: 0 };
  return { type: known[1], flags: known[2], entrySize: 0 };
}
