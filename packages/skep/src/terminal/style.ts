import type { WriteStream } from 'node:tty';

/** Marks for text on a terminal; where colour is not wanted they leave the text as it is. */
export interface Style {
  readonly colour: boolean;
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  warn(text: string): string;
  /** A place in a file. */
  place(text: string): string;
  /** An error: its first line stands out. */
  error(text: string): string;
}

/** Style of standard output. */
export function stdoutStyle(): Style {
  return styleFor(process.stdout);
}
/** Style of standard error. */
export function stderrStyle(): Style {
  return styleFor(process.stderr);
}

/** No colour without a terminal, with NO_COLOR (no-color.org), or on a dumb terminal. */
function styleFor(stream: Partial<WriteStream>): Style {
  const { NO_COLOR, TERM } = process.env;
  return makeStyle(stream.isTTY === true && (NO_COLOR ?? '') === '' && TERM !== 'dumb');
}

/** A style with or without colour (ECMA-48 SGR codes). */
function makeStyle(colour: boolean): Style {
  const mark = (code: number) => (text: string) => (colour && text !== '' ? `\x1b[${code}m${text}\x1b[0m` : text);
  return {
    colour,
    bold: mark(1),
    dim: mark(2),
    good: mark(32),
    bad: mark(31),
    warn: mark(33),
    place: mark(36),
    error: (text) => {
      const [first = '', ...rest] = text.split('\n');
      return [mark(31)(first), ...rest].join('\n');
    },
  };
}
