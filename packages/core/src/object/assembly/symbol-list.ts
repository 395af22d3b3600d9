import { type ElfSymbol, elfSymbol, SymbolBinding, SymbolType } from '../elf.ts';
import type { SectionBuilder } from './section-builder.ts';
import type { AssemblySymbol } from './symbols.ts';

/** The symbols of an object file, numbered as they are asked for. */
export class SymbolList {
  readonly #sections: readonly SectionBuilder[];
  readonly #symbols: ElfSymbol[] = [];
  readonly #bySymbol = new Map<AssemblySymbol, number>();
  readonly #bySection = new Map<SectionBuilder, number>();
  readonly #sectionNumbers: ReadonlyMap<SectionBuilder, number>;

  constructor(sections: readonly SectionBuilder[]) {
    this.#sections = sections;
    this.#sectionNumbers = new Map(sections.map((section, index) => [section, index]));
  }

  get symbols(): readonly ElfSymbol[] {
    return this.#symbols;
  }

  /** Adds the name of the source file. */
  addFile(name: string): void {
    this.#symbols.push(elfSymbol(name, 'absolute', { binding: SymbolBinding.LOCAL, type: SymbolType.FILE }));
  }

  indexOf(symbol: AssemblySymbol): number {
    const known = this.#bySymbol.get(symbol);
    if (known !== undefined) return known;
    const { name, size, type, visibility, section, common } = symbol;
    // What is defined nowhere is left to a loader: others must see it.
    const binding = section === undefined && symbol.local ? SymbolBinding.GLOBAL : symbol.binding;
    const place = common !== undefined ? 'common' : section === undefined ? 'undefined' : this.#numberOf(section);
    this.#symbols.push({ name, value: common ?? symbol.value, size, binding, type, visibility, section: place });
    this.#bySymbol.set(symbol, this.#symbols.length - 1);
    return this.#symbols.length - 1;
  }

  /** The symbol that stands for a section. */
  sectionIndex(section: SectionBuilder | undefined): number {
    const owner = section ?? this.#sections[0];
    if (owner === undefined) return 0;
    const known = this.#bySection.get(owner);
    if (known !== undefined) return known;
    const more = { binding: SymbolBinding.LOCAL, type: SymbolType.SECTION };
    this.#symbols.push(elfSymbol('', this.#numberOf(owner), more));
    this.#bySection.set(owner, this.#symbols.length - 1);
    return this.#symbols.length - 1;
  }

  #numberOf(section: SectionBuilder): number {
    return this.#sectionNumbers.get(section) ?? 0;
  }
}
