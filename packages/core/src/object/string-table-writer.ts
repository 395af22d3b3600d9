const encoder = new TextEncoder();

/** Builds a string table: each text once, the empty one at offset 0. */
export class StringTableWriter {
  readonly #offsets = new Map<string, number>([['', 0]]);
  readonly #parts: Uint8Array[] = [new Uint8Array(1)];
  #length = 1;

  /** Offset of `text` in the table. */
  add(text: string): number {
    const known = this.#offsets.get(text);
    if (known !== undefined) return known;
    const bytes = encoder.encode(`${text}\0`);
    const offset = this.#length;
    this.#offsets.set(text, offset);
    this.#parts.push(bytes);
    this.#length += bytes.length;
    return offset;
  }

  finish(): Uint8Array {
    const table = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      table.set(part, at);
      at += part.length;
    }
    return table;
  }
}
