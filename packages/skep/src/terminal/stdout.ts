import type { Writable } from 'node:stream';

/** Writes text to a stream and waits until its reader has room for more. */
export async function writeTo(stream: Writable, text: string): Promise<void> {
  if (stream.write(text)) return;
  await new Promise<void>((resolve) => stream.once('drain', resolve));
}

/** Writes data to standard output. */
export function writeOut(text: string): Promise<void> {
  return writeTo(process.stdout, text);
}

/** Gathers lines, to write them in few pieces. */
export class LineBuffer {
  readonly #stream: Writable;
  #text = '';

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  add(line: string): void {
    this.#text += `${line}\n`;
  }
  async flush(): Promise<void> {
    const text = this.#text;
    this.#text = '';
    if (text !== '') await writeTo(this.#stream, text);
  }
}
