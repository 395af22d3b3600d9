import { type ElfRelocation, type ElfSection, type ElfSymbol, elfSection } from '@skep/core/object';

/** The sections and symbols of an object while it is put together. */
export class Sections {
  readonly sections: ElfSection[] = [];
  readonly symbols: ElfSymbol[] = [];
  readonly #names = new Map<string, number>();

  /** Adds a section, whose relocations may be filled in later, and gives its index. */
  add(
    name: string,
    data: Uint8Array,
    more: Partial<ElfSection> & { readonly relocations?: ElfRelocation[] } = {},
  ): number {
    const index = this.sections.push(elfSection(name, data, more)) - 1;
    this.#names.set(name, index);
    return index;
  }
  /** Index of a section that was added. */
  index(name: string): number {
    const index = this.#names.get(name);
    if (index === undefined) throw new Error(`there is no section ${name}`);
    return index;
  }
  /** Adds a symbol and gives its index. */
  symbol(symbol: ElfSymbol): number {
    return this.symbols.push(symbol) - 1;
  }
}
