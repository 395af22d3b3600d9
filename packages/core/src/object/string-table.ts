import { cString } from '../base/bytes.ts';
import { badElf } from './elf-header.ts';

/**
 * String table of an ELF file (gABI, figure 4-14). Strings may share their tails, so each is decoded once, and the
 * text that may be decoded in all is limited: a damaged table would otherwise take quadratic time.
 */
export class StringTable {
  readonly #bytes: Uint8Array;
  readonly #what: string;
  readonly #known = new Map<number, string>();
  #budget: number;

  /** @param what what the table holds, for messages. */
  constructor(bytes: Uint8Array, what: string) {
    this.#bytes = bytes;
    this.#what = what;
    this.#budget = bytes.length * 4 + 4096;
  }

  /** The string at `offset`. `place` is where the file refers to it. @throws SKEP_BAD_ELF */
  at(offset: number, place: number): string {
    if (offset === 0) return '';
    const known = this.#known.get(offset);
    if (known !== undefined) return known;
    const text = cString(this.#bytes, offset);
    if (text === undefined) {
      throw badElf(`${this.#what} are cut off`, place, {
        reason: `string ${offset} does not end in the table of ${this.#bytes.length} bytes`,
      });
    }
    this.#budget -= text.length + 1;
    if (this.#budget < 0)
      throw badElf(`${this.#what} overlap`, place, { reason: 'too many share the tails of others' });
    this.#known.set(offset, text);
    return text;
  }
}
