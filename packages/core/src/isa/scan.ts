import { SkepError } from '../base/errors.ts';

/** Piece of assembly text. `start` and `end` are offsets in the line; columns count from 1. */
export interface Token {
  readonly kind: 'word' | 'number' | 'string' | 'symbol' | 'end';
  readonly text: string;
  /** Value of a number or of a character such as `'a'`. */
  readonly value?: bigint;
  /** Bytes of a string, escapes resolved. */
  readonly bytes?: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** One statement: a label, a directive or an instruction; several may share a line, parted by `;`. */
export interface Statement {
  readonly file: string | undefined;
  /** From 1. */
  readonly line: number;
  /** The whole line. */
  readonly text: string;
  readonly tokens: readonly Token[];
}

/** Most digits a number may have: 64 bits in binary notation and its prefix. */
const MAX_DIGITS = 66;

const SPACE = /[ \t\r\f\v]+/y;
const WORD = /(?:[A-Za-z_.$@]|%(?=[A-Za-z]))[A-Za-z0-9_.$@]*/y;
const NUMBER = /0[xX][0-9a-fA-F]+|0[bB][01]+|[0-9]+[bf](?![A-Za-z0-9_])|[0-9]+/y;
const BAD_NUMBER = /[0-9A-Za-z_.]/y;
const OPERATOR = /<<=|>>=|[-+*/%&|^=!<>]=|<<|>>|[-+*/%&|^=!<>(){}[\],:~?]/y;
const LINE_COMMENT = /#|\/\//y;
const utf8 = new TextEncoder();

/**
 * Splits assembly into statements of tokens. Comments are `#` and `//` to the end of the line and `/ * .. * /`;
 * statements end with the line or with `;`, except inside braces.
 * @throws SKEP_BAD_ASSEMBLY at a character, string or comment that cannot be read.
 */
export function* scanStatements(text: string, file?: string): Generator<Statement> {
  const lines = text.split('\n');
  let commentStart: number | undefined;
  for (const [index, line] of lines.entries()) {
    const scanner = new LineScanner(line, index + 1, file, commentStart !== undefined);
    yield* scanner.statements();
    commentStart = scanner.insideComment ? (commentStart ?? index + 1) : undefined;
  }
  if (commentStart === undefined) return;
  throw new SkepError('SKEP_BAD_ASSEMBLY', 'a comment is not closed', {
    place: { ...(file === undefined ? {} : { file }), line: commentStart, text: lines[commentStart - 1] ?? '' },
    reason: 'it begins with /* and the file ends before */',
    remedy: 'write */ behind it, or begin each of its lines with #',
  });
}

class LineScanner {
  insideComment: boolean;
  readonly #text: string;
  readonly #line: number;
  readonly #file: string | undefined;
  #position = 0;

  constructor(text: string, line: number, file: string | undefined, insideComment: boolean) {
    this.#text = text;
    this.#line = line;
    this.#file = file;
    this.insideComment = insideComment;
  }

  *statements(): Generator<Statement> {
    let tokens: Token[] = [];
    let depth = 0;
    for (let token = this.#next(); token !== undefined; token = this.#next()) {
      if (token.text === '{' && token.kind === 'symbol') depth++;
      if (token.text === '}' && token.kind === 'symbol') depth--;
      if (token.text === ';' && token.kind === 'symbol' && depth <= 0) {
        if (tokens.length > 0) yield this.#statement(tokens);
        tokens = [];
      } else {
        tokens.push(token);
      }
    }
    if (tokens.length > 0) yield this.#statement(tokens);
  }

  #statement(tokens: readonly Token[]): Statement {
    return { file: this.#file, line: this.#line, text: this.#text, tokens };
  }

  #next(): Token | undefined {
    this.#skipBlank();
    const start = this.#position;
    if (start >= this.#text.length) return undefined;
    const first = this.#text[start] ?? '';
    if (first === '"') return this.#string();
    if (first === "'") return this.#character();
    const word = this.#match(WORD);
    if (word !== undefined) return { kind: 'word', text: word, start, end: this.#position };
    const number = this.#match(NUMBER);
    if (number !== undefined) return this.#number(number, start);
    const operator = first === ';' ? this.#text[this.#position++] : this.#match(OPERATOR);
    if (operator !== undefined) return { kind: 'symbol', text: operator, start, end: this.#position };
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
      if (this.insideComment) {
        const close = this.#text.indexOf('*/', this.#position);
        this.#position = close < 0 ? this.#text.length : close + 2;
        if (close < 0) return;
        this.insideComment = false;
      }
      this.#match(SPACE);
      if (this.#match(LINE_COMMENT) !== undefined) this.#position = this.#text.length;
      if (!this.#text.startsWith('/*', this.#position)) return;
      this.insideComment = true;
      this.#position += 2;
    }
  }

  #number(text: string, start: number): Token {
    if (text.length > MAX_DIGITS) {
      throw this.#error(start, `number of ${text.length} digits`, 'numbers have at most 64 bits');
    }
    if (/[0-9][bf]$/.test(text) && !/^0[xX]/.test(text)) {
      // `1b`, `2f`: the nearest label of that number before or behind.
      return { kind: 'word', text, start, end: this.#position };
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
    return { kind: 'number', text, value, start, end: this.#position };
  }

  #character(): Token {
    const start = this.#position;
    const body = /'(\\.|[^\\'])'/y;
    const text = this.#match(body);
    if (text === undefined) throw this.#error(start, 'a character is not closed', "a character is written like 'a'");
    const [byte = 0] = this.#unescape(text.slice(1, -1), start + 1);
    return { kind: 'number', text, value: BigInt(byte), start, end: this.#position };
  }

  #string(): Token {
    const start = this.#position;
    const text = this.#match(/"(?:[^"\\]|\\.)*"/y);
    if (text === undefined) {
      throw this.#error(start, 'a string is not closed', 'a string begins and ends with " on one line');
    }
    const bytes = this.#unescape(text.slice(1, -1), start + 1);
    return { kind: 'string', text: text.slice(1, -1), bytes, start, end: this.#position };
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
    return new SkepError('SKEP_BAD_ASSEMBLY', what, {
      place: {
        ...(this.#file === undefined ? {} : { file: this.#file }),
        line: this.#line,
        column: start + 1,
        text: this.#text,
      },
      reason,
    });
  }
}

const escapes: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, b: 8, f: 12, '"': 34, '\\': 92, "'": 39 };

function escapeCode(sequence: string): number | undefined {
  if (/^[0-7]+$/.test(sequence)) return Number.parseInt(sequence, 8) & 255;
  if (/^[xX]./.test(sequence)) return Number.parseInt(sequence.slice(1), 16);
  return Object.hasOwn(escapes, sequence) ? escapes[sequence] : undefined;
}
