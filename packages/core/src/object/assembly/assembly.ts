import { encode } from '../../isa/encode.ts';
import type { LinearValue } from '../../isa/expression.ts';
import type { ParsedInstruction } from '../../isa/parsed.ts';
import type { Token } from '../../isa/scan.ts';
import type { TokenReader } from '../../isa/token-reader.ts';
import { kernelNames } from './kernel-names.ts';
import type { MapDeclaration } from './map-declaration.ts';
import { impliedShape, SectionBuilder, type SectionShape } from './section-builder.ts';
import { AssemblySymbol } from './symbols.ts';
import { TypeTable } from './type-table.ts';

/** Most bytes that one assembly file may fill, so that `.zero` and the like cannot exhaust memory. */
const MAX_CONTENTS: number = 64 * 1024 * 1024;

/** Everything an assembly file has said so far. */
export class Assembly {
  readonly file: string | undefined;
  readonly #sections = new Map<string, SectionBuilder>();
  readonly symbols: Map<string, AssemblySymbol> = new Map();
  readonly types: TypeTable = new TypeTable();
  readonly maps: Map<string, MapDeclaration> = new Map();
  /** Source file a compiler named by `.file`. Its output is taken as it is: nothing is added. */
  compiledFrom: string | undefined;
  section: SectionBuilder;
  #previous: SectionBuilder;
  readonly #stack: SectionBuilder[] = [];
  readonly #constants = new Map<string, LinearValue>();
  readonly #numbered = new Map<string, number>();
  #contents = 0;
  #anonymous = 0;

  constructor(file: string | undefined) {
    this.file = file;
    this.section = this.openSection('.text', impliedShape('.text'));
    this.section.alignment = 4;
    this.#previous = this.section;
  }

  /** True for a program written by hand: what loaders need is added. */
  get handwritten(): boolean {
    return this.compiledFrom === undefined || this.maps.size > 0;
  }

  findSection(name: string): SectionBuilder | undefined {
    return this.#sections.get(name);
  }

  /** The section of this name, made where it does not exist yet. */
  openSection(name: string, shape: SectionShape): SectionBuilder {
    let section = this.#sections.get(name);
    if (section === undefined) {
      section = new SectionBuilder(name, shape);
      this.#sections.set(name, section);
    }
    return section;
  }

  /** In the order in which they were first named. */
  get sections(): readonly SectionBuilder[] {
    return [...this.#sections.values()];
  }

  enter(section: SectionBuilder): void {
    this.#previous = this.section;
    this.section = section;
  }

  /** `.previous`. */
  enterPrevious(): void {
    this.enter(this.#previous);
  }

  /** `.pushsection`: what follows goes elsewhere until `.popsection`. */
  push(section: SectionBuilder): void {
    this.#stack.push(this.section);
    this.enter(section);
  }

  /** `.popsection`. False where none was pushed. */
  pop(): boolean {
    const section = this.#stack.pop();
    if (section !== undefined) this.enter(section);
    return section !== undefined;
  }

  /** The symbol of this name, made where it is new. */
  symbol(name: string): AssemblySymbol {
    let symbol = this.symbols.get(name);
    if (symbol === undefined) {
      symbol = new AssemblySymbol(name);
      this.symbols.set(name, symbol);
    }
    return symbol;
  }

  /** Defines a label at the current place. */
  defineLabel(reader: TokenReader, token: Token): AssemblySymbol {
    const name = token.kind === 'number' ? this.#numberedLabel(token.text) : token.text;
    const symbol = this.symbol(name);
    if (symbol.defined || symbol.common !== undefined || this.#constants.has(name)) {
      const line = symbol.definition?.token.line;
      const reason = line === undefined ? undefined : `the first is in line ${line}`;
      throw reader.error(token, `'${token.text}' is defined twice`, reason);
    }
    symbol.section = this.section;
    symbol.value = this.section.size;
    symbol.definition = { reader, token };
    return symbol;
  }

  /** Name of a label such as `1:`, of which there may be several. */
  #numberedLabel(number: string): string {
    const count = (this.#numbered.get(number) ?? 0) + 1;
    this.#numbered.set(number, count);
    return `.L${number}@${count}`;
  }

  /** Sets a name to a value; it may be set anew. */
  setConstant(reader: TokenReader, token: Token, value: LinearValue): void {
    if (this.symbols.get(token.text)?.defined) throw reader.error(token, `'${token.text}' is a label`);
    this.#constants.set(token.text, value);
  }

  /** Values of names in expressions: what `.set` gave, numbered labels (`1b`, `1f`), `.` for this place, the kernel's. */
  readonly named = (name: string): LinearValue | undefined => {
    if (name === '.') return { constant: 0n, plus: this.#here() };
    const numbered = /^([0-9]+)([bf])$/.exec(name);
    if (numbered === null) return this.#constants.get(name) ?? this.#kernelName(name);
    const count = this.#numbered.get(numbered[1] ?? '') ?? 0;
    return { constant: 0n, plus: `.L${numbered[1]}@${numbered[2] === 'b' ? count : count + 1}` };
  };

  /** A name of the kernel's, unless the program has a label of that name. */
  #kernelName(name: string): LinearValue | undefined {
    const value = this.compiledFrom === undefined && !this.symbols.has(name) ? kernelNames.get(name) : undefined;
    return value === undefined ? undefined : { constant: value };
  }

  #here(): string {
    this.#anonymous++;
    const symbol = this.symbol(`.L@${this.#anonymous}`);
    symbol.section = this.section;
    symbol.value = this.section.size;
    return symbol.name;
  }

  /** Makes sure that `size` more bytes are allowed here; call it before allocating them. */
  checkRoom(reader: TokenReader, token: Token, size: number): void {
    const limit = this.section.empty ? 2 ** 32 - 1 : MAX_CONTENTS;
    const used = this.section.empty ? this.section.size : this.#contents;
    if (used + size <= limit) return;
    throw reader.error(token, `${size} more bytes do not fit`, `a file may fill ${limit} bytes here`);
  }

  /** Adds data; `size` zero bytes where `bytes` is a number. */
  emit(reader: TokenReader, token: Token, bytes: Uint8Array | number): void {
    const size = typeof bytes === 'number' ? bytes : bytes.length;
    this.checkRoom(reader, token, size);
    if (this.section.empty) {
      if (typeof bytes !== 'number' && bytes.some((byte) => byte !== 0)) {
        throw reader.error(
          token,
          `${this.section.name} holds no data`,
          'its bytes are zero',
          'put the data into .data',
        );
      }
      this.section.reserve(size);
      return;
    }
    this.#contents += size;
    this.section.append(typeof bytes === 'number' ? new Uint8Array(bytes) : bytes);
  }

  /** Fills with zeroes up to a multiple of `alignment`. */
  align(reader: TokenReader, token: Token, alignment: number): void {
    const { section } = this;
    section.alignment = Math.max(section.alignment, alignment);
    this.emit(reader, token, (alignment - (section.size % alignment)) % alignment);
  }

  /** Adds an instruction, with the line it stands in. */
  emitInstruction(reader: TokenReader, token: Token, parsed: ParsedInstruction): void {
    const { section } = this;
    if (!section.executable) {
      throw reader.error(
        token,
        `section ${section.name} holds no instructions`,
        'it is not executable',
        '.section xdp',
      );
    }
    if (section.size % 8 !== 0)
      throw reader.error(token, 'instructions begin at multiples of 8 bytes', undefined, '.p2align 3');
    section.alignment = Math.max(section.alignment, 8);
    const offset = section.size;
    this.emit(reader, token, encode([parsed.instruction]));
    const text = reader.statement.source.lines[token.line - 1] ?? '';
    section.lines.push({ offset, token, reader, text });
    if (parsed.reference === undefined) return;
    this.symbol(parsed.reference.name);
    section.fixups.push({ kind: 'instruction', offset, reference: parsed.reference, reader });
  }
}
