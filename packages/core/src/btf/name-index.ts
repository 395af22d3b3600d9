/** Bytes of a name that count for its hash: enough to tell names apart, and a bound on hostile ones. */
const HASHED = 64;

/** Lookups that are answered by a scan: cheaper than the table while there are only a few. */
const SCANS = 2;

/** Hash table over names: the first entry of each bucket and the entry after each entry, both + 1; 0 ends a chain. */
interface Table {
  readonly heads: Uint32Array;
  readonly next: Uint32Array;
}

/** FNV-1a over the bytes from `at` up to a zero byte, `end`, or {@link HASHED} bytes. */
function hashName(bytes: Uint8Array, at: number, end: number): number {
  const stop = Math.min(end, at + HASHED);
  let hash = 0x811c9dc5;
  for (let index = at; index < stop; index += 1) {
    const byte = bytes[index] as number;
    if (byte === 0) break;
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return hash >>> 0;
}

/** Finds entries by name without decoding a string. The first lookups scan; a later one builds a hash table. */
export class NameIndex {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  readonly #names: Uint32Array;
  #lookups = 0;
  #table: Table | undefined;

  /** @param names by entry: where its name starts in `bytes`, 0 for none. `end` bounds the names. */
  constructor(bytes: Uint8Array, names: Uint32Array, end: number) {
    this.#bytes = bytes;
    this.#names = names;
    this.#end = end;
  }

  /** The entries with exactly this name, which is not empty, in ascending order. */
  find(name: Uint8Array): Iterable<number> {
    this.#lookups += 1;
    if (this.#lookups <= SCANS) return this.#scan(name);
    this.#table ??= this.#buildTable();
    return this.#chain(this.#table, name);
  }

  *#scan(name: Uint8Array): Generator<number> {
    const names = this.#names;
    for (let entry = 0; entry < names.length; entry += 1) {
      const at = names[entry] as number;
      if (this.#bytes[at] === name[0] && this.#equals(at, name)) yield entry;
    }
  }

  *#chain(table: Table, name: Uint8Array): Generator<number> {
    let link = table.heads[hashName(name, 0, name.length) & (table.heads.length - 1)] ?? 0;
    while (link !== 0) {
      if (this.#equals(this.#names[link - 1] as number, name)) yield link - 1;
      link = table.next[link - 1] as number;
    }
  }

  #buildTable(): Table {
    const names = this.#names;
    let size = 16;
    while (size < names.length) size *= 2;
    const heads = new Uint32Array(size);
    const next = new Uint32Array(names.length);
    // From the last to the first, so that each chain starts with the lowest entry.
    for (let entry = names.length - 1; entry >= 0; entry -= 1) {
      const name = names[entry] as number;
      if (name === 0) continue;
      const bucket = hashName(this.#bytes, name, this.#end) & (size - 1);
      next[entry] = heads[bucket] as number;
      heads[bucket] = entry + 1;
    }
    return { heads, next };
  }

  #equals(at: number, name: Uint8Array): boolean {
    if (at === 0 || at + name.length >= this.#end || this.#bytes[at + name.length] !== 0) return false;
    for (let index = 0; index < name.length; index += 1) {
      if (this.#bytes[at + index] !== name[index]) return false;
    }
    return true;
  }
}
