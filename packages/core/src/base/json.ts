import { SkepError } from './errors.ts';

/**
 * A JSON value with exact integers: those beyond 2^53 are `bigint`. Objects have no prototype, so that `__proto__` is
 * a name like any other.
 */
export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonObject;
/** A JSON object: a record without prototype. */
export interface JsonObject {
  readonly [name: string]: Json;
}

/** How deep arrays and objects may nest. */
const MAX_DEPTH = 256;

/** Longest integer: reading digits into a bigint takes more than linear time. */
const MAX_DIGITS = 1000;

/** Sticky patterns of the tokens (RFC 8259, sections 6 and 7). */
const whitespace = /[ \t\n\r]*/y;
const numberToken = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
/** String characters that stand for themselves: all but controls, the quotation mark and the backslash. */
const plainCharacters = /[ !#-[\]-\uffff]*/y;

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/**
 * Reads JSON (RFC 8259) without losing digits: an integer token outside ±(2^53 - 1) is a `bigint`, every other number
 * a `number`. Of equal names in an object the last one counts.
 * @param file name for error messages.
 * @throws SKEP_BAD_JSON with line and column.
 */
export function parseJson(text: string, file?: string): Json {
  return new JsonReader(text, file).document();
}

class JsonReader {
  readonly #text: string;
  readonly #file: string | undefined;
  #at = 0;
  #depth = 0;

  constructor(text: string, file: string | undefined) {
    this.#text = text;
    this.#file = file;
  }

  document(): Json {
    if (this.#text.startsWith('\ufeff')) this.#at = 1;
    const value = this.#value();
    this.#space();
    if (this.#at < this.#text.length) throw this.#error('text follows the JSON value', 'the end of the text');
    return value;
  }

  #value(): Json {
    this.#space();
    const first = this.#text[this.#at];
    if (first === '{') return this.#nested(() => this.#object());
    if (first === '[') return this.#nested(() => this.#array());
    if (first === '"') return this.#string();
    if (first !== undefined && (first === '-' || (first >= '0' && first <= '9'))) return this.#number();
    for (const [word, value] of [
      ['true', true],
      ['false', false],
      ['null', null],
    ] as const) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    throw this.#error('a JSON value is missing', 'an object, array, string, number, true, false or null');
  }

  #nested<T>(read: () => T): T {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw this.#error(`JSON nests deeper than ${MAX_DEPTH} levels`, 'a flatter value');
    this.#at += 1;
    const value = read();
    this.#depth -= 1;
    return value;
  }

  #object(): JsonObject {
    const object: Record<string, Json> = Object.create(null);
    if (this.#take('}')) return object;
    for (;;) {
      this.#space();
      if (this.#text[this.#at] !== '"') throw this.#error('a name is missing in a JSON object', 'a name in "quotes"');
      const name = this.#string();
      if (!this.#take(':')) throw this.#error(`the value of ${JSON.stringify(name)} is missing`, 'a colon');
      object[name] = this.#value();
      if (this.#take('}')) return object;
      if (!this.#take(',')) throw this.#error('a JSON object is not closed', 'a comma or }');
    }
  }

  #array(): Json[] {
    const list: Json[] = [];
    if (this.#take(']')) return list;
    for (;;) {
      list.push(this.#value());
      if (this.#take(']')) return list;
      if (!this.#take(',')) throw this.#error('a JSON array is not closed', 'a comma or ]');
    }
  }

  #number(): number | bigint {
    const [token, fraction, exponent] = this.#match(numberToken) ?? [];
    if (token === undefined) throw this.#error('a number has no digits', 'digits after the minus sign');
    const value = Number(token);
    const integer = fraction === undefined && exponent === undefined;
    if (integer && Number.isSafeInteger(value)) return value;
    if (integer && token.length <= MAX_DIGITS) return BigInt(token);
    if (!integer && Number.isFinite(value)) return value;
    throw this.#error('a number is too large', `at most ${MAX_DIGITS} digits and a magnitude below 1.8e308`);
  }

  #string(): string {
    this.#at += 1;
    const parts: string[] = [];
    for (;;) {
      parts.push(this.#match(plainCharacters)?.[0] ?? '');
      const next = this.#text[this.#at];
      if (next === '"') break;
      if (next !== '\\') throw this.#error('a JSON string is not closed', '" on the same line; a line break is \\n');
      parts.push(this.#escape());
    }
    this.#at += 1;
    return parts.join('');
  }

  #escape(): string {
    const letter = this.#text[this.#at + 1] ?? '';
    const plain = escapes.get(letter);
    if (plain !== undefined) {
      this.#at += 2;
      return plain;
    }
    const digits = this.#text.slice(this.#at + 2, this.#at + 6);
    if (letter !== 'u' || !/^[0-9a-fA-F]{4}$/.test(digits)) {
      throw this.#error(
        'a JSON string has an unknown escape',
        '\\" \\\\ \\/ \\b \\f \\n \\r \\t or \\u and four hex digits',
      );
    }
    this.#at += 6;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#at += match[0].length;
    return match;
  }

  #space(): void {
    this.#match(whitespace);
  }

  #take(character: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #error(what: string, expected: string): SkepError {
    const lines = this.#text.slice(0, this.#at).split('\n');
    const column = (lines.at(-1) ?? '').length + 1;
    const found = this.#text[this.#at];
    return new SkepError('SKEP_BAD_JSON', what, {
      place: {
        ...(this.#file === undefined ? {} : { file: this.#file }),
        line: lines.length,
        column,
      },
      reason: `expected ${expected}, found ${found === undefined ? 'the end of the text' : JSON.stringify(found)}`,
      remedy: 'correct the JSON at this place',
    });
  }
}

/** Anything that {@link stringifyJson} writes: JSON values, and objects with optional members. */
export type JsonInput = null | undefined | boolean | number | bigint | string | readonly JsonInput[] | object;

/**
 * Writes JSON: `bigint` as plain decimal digits, members that are `undefined` left out, other names in their order.
 * Objects with a `toJSON` method are asked for their form. Numbers that JSON cannot hold (NaN, infinities) become
 * null. `parseJson` reads back an equal value.
 * @param options `indent`: spaces per level; none writes it on one line.
 * @throws SKEP_BAD_JSON where it nests too deeply or holds something that is no value, such as a function.
 */
export function stringifyJson(value: JsonInput, options: { readonly indent?: number } = {}): string {
  return write(value, ' '.repeat(options.indent ?? 0), '\n', 0);
}

function write(value: unknown, indent: string, newline: string, depth: number): string {
  if (depth > MAX_DEPTH) throw unwritable(`a value nests deeper than ${MAX_DEPTH} levels`);
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      return Number.isFinite(value) ? (Object.is(value, -0) ? '-0' : plainNumber(value)) : 'null';
    case 'bigint':
    case 'boolean':
      return String(value);
    case 'undefined':
      return 'null';
    case 'object':
      return value === null ? 'null' : writeObject(value, indent, newline, depth);
    default:
      throw unwritable(`a ${typeof value} cannot be written as JSON`);
  }
}

/** An integer that lies beyond 2^53 is written with an exponent, so that it is read back as a number. */
function plainNumber(value: number): string {
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? value.toExponential() : String(value);
}

function writeObject(value: object, indent: string, newline: string, depth: number): string {
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    return write(value.toJSON(), indent, newline, depth + 1);
  }
  const inner = newline + indent;
  if (Array.isArray(value)) {
    return bracket(
      '[',
      value.map((item) => write(item, indent, inner, depth + 1)),
      ']',
      indent,
      newline,
    );
  }
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(
      ([name, member]) =>
        `${JSON.stringify(name)}:${indent === '' ? '' : ' '}${write(member, indent, inner, depth + 1)}`,
    );
  return bracket('{', members, '}', indent, newline);
}

function bracket(open: string, items: readonly string[], close: string, indent: string, newline: string): string {
  if (items.length === 0) return open + close;
  if (indent === '') return open + items.join(',') + close;
  return open + items.map((item) => newline + indent + item).join(',') + newline + close;
}

function unwritable(what: string): SkepError {
  return new SkepError('SKEP_BAD_JSON', what, { remedy: 'give plain values: objects, arrays, strings and numbers' });
}
