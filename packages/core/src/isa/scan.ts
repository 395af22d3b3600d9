import { SkepError } from '../base/errors.ts';

/** Piece of assembly text. */
export interface Token {
  readonly kind: 'word' | 'number' | 'string' | 'symbol' | 'end';
  readonly text: string;
  /** Value of a number or of a character such as `'a'`. */
  readonly value?: bigint;
  /** Bytes of a string, escapes resolved. */
  readonly bytes?: Uint8Array;
  /** From 1. */
  readonly line: number;
  /** Offset in the line, from 0. */
  readonly start: number;
  /** Offset behind it. */
  readonly end: number;
}

/** Text of assembly as it was read. */
export interface AssemblySource {
  readonly file: string | undefined;
  readonly lines: readonly string[];
}

/** One statement: labels, a directive or an instruction; several may share a line, parted by `;`. */
export interface Statement {
  readonly source: AssemblySource;
  /** Line it begins at, from 1. */
  readonly line: number;
  readonly tokens: readonly Token[];
}

/** The error that something is wrong at `token`. */
export function assemblyError(
  source: AssemblySource,
  token: { readonly line: number; readonly start: number },
  what: string,
  reason?: string,
  remedy?: string,
): SkepError {
  const { file, lines } = source;
  const place = { line: token.line, column: token.start + 1, text: lines[token.line - 1] ?? '' };
  return new SkepError('SKEP_BAD_ASSEMBLY', what, {
    place: file === undefined ? place : { file, ...place },
    ...(reason === undefined ? {} : { reason }),
    ...(remedy === undefined || remedy === '' ? {} : { remedy }),
  });
}

/** Most digits a number may have: 64 bits in binary notation and its prefix. */
const MAX_DIGITS = 66;

const SPACE = /[ \t\r\f\v]+/y;
const WORD = /(?:[A-Za-z_.$@]|%(?=[A-Za-z]))[A-Za-z0-9_.$@]*/y;
const NUMBER = /0[xX][0-9a-fA-F]+|0[bB][01]+|[0-9]+[bf](?![A-Za-z0-9_])|[0-9]+/y;
const BAD_NUMBER = /[0-9A-Za-z_.]/y;
const OPERATOR = /<<=|>>=|[-+*/%&|^=!<>]=|<<|>>|[-+*/%&|^=!<>(){}[\],;:~?]/y;
const LINE_COMMENT = /#|\/\//y;
const utf8 = new TextEncoder();

/**
 * Splits assembly into statements of tokens. Comments are `#` and `//` to the end of the line and `/ * .. * /`.
 * Statements end with the line or with `;`, but go on inside braces.
 * @throws SKEP_BAD_ASSEMBLY at a character, string or comment that cannot be read, and at a brace left open.
 */
export function scanStatements(text: string, file?: string): Generator<Statement> {
  return new Scanner(text, file).statements();
}

class Scanner {
  readonly #source: AssemblySource;
  #text = '';
  #line = 0;
  #position = 0;
  /** Where the comment begins that the scanner is in. */
  #comment: { line: number; start: number } | undefined;

  constructor(text: string, file: string | undefined) {
    this.#source = { file, lines: text.split('\n') };
  }

  *statements(): Generator<Statement> {
    let tokens: Token[] = [];
    const braces: Token[] = [];
    for (const text of this.#source.lines) {
      this.#text = text;
      this.#line++;
      this.#position = 0;
      for (let token = this.#next(); token !== undefined; token = this.#next()) {
        if (token.text === ';' && token.kind === 'symbol' && braces.length === 0) {
          if (tokens.length > 0) yield this.#statement(tokens);
          tokens = [];
          continue;
        }
        tokens.push(token);
        if (token.kind !== 'symbol') continue;
        if (token.text === '{') braces.push(token);
        if (token.text === '}') braces.pop();
      }
      if (tokens.length === 0 || braces.length > 0) continue;
      yield this.#statement(tokens);
      tokens = [];
    }
    const open = braces.at(-1);
    if (open !== undefined)
      throw assemblyError(this.#source, open, 'a brace is not closed', undefined, 'write } behind it');
    if (this.#comment === undefined) return;
    const remedy = 'write */ behind it, or begin each of its lines with #';
    throw assemblyError(this.#source, this.#comment, 'a comment is not closed', undefined, remedy);
  }

  #statement(tokens: readonly Token[]): Statement {
    return { source: this.#source, line: tokens[0]?.line ?? this.#line, tokens };
  }

  #token(kind: Token['kind'], text: string, start: number, more: Partial<Token> = {}): Token {
    return { kind, text, line: this.#line, start, end: this.#position, ...more };
  }

  #next(): Token | undefined {
    this.#skipBlank();
    const start = this.#position;
    const first = this.#text[start];
    if (first === undefined) return undefined;
    if (first === '"') return this.#string();
    if (first === "'") return this.#character();
    const word = this.#match(WORD);
    if (word !== undefined) return this.#token('word', word, start);
    const number = this.#match(NUMBER);
    if (number !== undefined) return this.#number(number, start);
    const operator = this.#match(OPERATOR);
    if (operator !== undefined) return this.#token('symbol', operator, start);
    throw this.#error(start, `unexpected character ${JSON.stringify(first)}`, 'no instruction or directive has it');
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#position += found.length;
    return found;
  }

  #skipBlank(): void {
    for (;;) {
      if (this.#comment !== undefined) {
        const close = this.#text.indexOf('*/', this.#position);
        this.#position = close < 0 ? this.#text.length : close + 2;
        if (close < 0) return;
        this.#comment = undefined;
      }
      this.#match(SPACE);
      if (this.#match(LINE_COMMENT) !== undefined) this.#position = this.#text.length;
      if (!this.#text.startsWith('/*', this.#position)) return;
      this.#comment = { line: this.#line, start: this.#position };
      this.#position += 2;
    }
  }

  #number(text: string, start: number): Token {
    if (text.length > MAX_DIGITS) {
      throw this.#error(start, `number of ${text.length} digits`, 'numbers have at most 64 bits');
    }
    if (/[0-9][bf]$/.test(text) && !/^0[xX]/.test(text)) {
      // `1b`, `2f`: the nearest label of that number before or behind.
      return this.#token('word', text, start);
    }
    if (this.#match(BAD_NUMBER) !== undefined) {
      throw this.#error(
        start,
        'a number runs into letters',
        'numbers are decimal, 0x and hexadecimal, or 0b and binary',
      );
    }
    const octal = /^0[0-7]+$/.test(text);
    if (!octal && /^0[0-9]/.test(text)) {
      throw this.#error(start, `'${text}' is no number`, 'a leading 0 means octal, whose digits end at 7');
    }
    const value = BigInt(octal ? `0o${text.slice(1)}` : text);
    return this.#token('number', text, start, { value });
  }

  #character(): Token {
    const start = this.#position;
    const body = /'(\\.|[^\\'])'/y;
    const text = this.#match(body);
    if (text === undefined) throw this.#error(start, 'a character is not closed', "a character is written like 'a'");
    const [byte = 0] = this.#unescape(text.slice(1, -1), start + 1);
    return this.#token('number', text, start, { value: BigInt(byte) });
  }

  #string(): Token {
    const start = this.#position;
    const text = this.#match(/"(?:[^"\\]|\\.)*"/y);
    if (text === undefined) {
      throw this.#error(start, 'a string is not closed', 'a string begins and ends with " on one line');
    }
    const bytes = this.#unescape(text.slice(1, -1), start + 1);
    return this.#token('string', text.slice(1, -1), start, { bytes });
  }

  #unescape(text: string, start: number): Uint8Array {
    if (!text.includes('\\')) return utf8.encode(text);
    const bytes: number[] = [];
    for (const piece of text.matchAll(/\\([0-7]{1,3}|[xX][0-9a-fA-F]{1,2}|.)|[^\\]+/gsu)) {
      const sequence = piece[1];
      if (sequence === undefined) {
        for (const byte of utf8.encode(piece[0])) bytes.push(byte);
        continue;
      }
      const code = escapeCode(sequence);
      if (code === undefined) {
        throw this.#error(
          start + piece.index,
          `unknown escape \\${sequence}`,
          String.raw`known are \n \t \r \b \f \" \\ and numbers such as \0 and \x1f`,
        );
      }
      bytes.push(code);
    }
    return Uint8Array.from(bytes);
  }

  #error(start: number, what: string, reason: string): SkepError {
    return assemblyError(this.#source, { line: this.#line, start }, what, reason);
  }
}

const escapes: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, b: 8, f: 12, '"': 34, '\\': 92, "'": 39 };

function escapeCode(sequence: string): number | undefined {
  if (/^[0-7]+$/.test(sequence)) return Number.parseInt(sequence, 8) & 255;
  if (/^[xX]./.test(sequence)) return Number.parseInt(sequence.slice(1), 16);
  return Object.hasOwn(escapes, sequence) ? escapes[sequence] : undefined;
}
