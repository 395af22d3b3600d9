import { SkepError } from '../base/errors.ts';
import { parseJson } from '../base/json.ts';
import { bytesFromText, encodeValue } from './encode-value.ts';
import type { Btf } from './reader.ts';
import { type Shape, shapeOf } from './shape.ts';
import type { TypeId } from './types.ts';
import { badValue, describe, recordOf, type Value } from './value-model.ts';

/** How deep lists and records may nest in text. */
const MAX_DEPTH = 64;

/** A string in quotes, with escapes. */
const quoted = /"(?:[^"\\]|\\.)*"/sy;
/** A value without quotes: up to what ends it. */
const bare = /[^,{}[\]"]*/y;
/** A field name and the sign behind it. */
const fieldName = /\s*(?:"((?:[^"\\]|\\.)*)"|([^\s:=,{}[\]"]+))\s*[:=]/sy;

/**
 * The bytes of a value as a person types it, by its type:
 *
 * - `1`, `0x10`, `-1`, `true`, `XDP_DROP`, `10.0.0.1`, `02:00:00:00:00:01`, hex bytes `0a 00 00 01`
 * - `{packets: 1, bytes: 2}`, JSON, or the outermost record without braces: `packets=1,bytes=2`
 * - `[1, 2, 3]`, or the outermost list without brackets: `1,2,3`
 * - a char array: the text itself, or in quotes
 *
 * @param path what error messages start with, such as the map's name.
 * @throws SKEP_BAD_VALUE.
 */
export function parseValue(btf: Btf, id: TypeId, text: string, path = ''): Uint8Array {
  const shape = shapeOf(btf, id);
  return encodeValue(btf, id, readText(shape, text, path), path);
}

function readText(shape: Shape, text: string, path: string): Value {
  const trimmed = text.trim();
  const open = trimmed[0];
  if (open === '"') return new TextReader(trimmed, path).only();
  if (shape.as === 'text') return open === '[' ? new TextReader(trimmed, path).only() : text;
  if ((shape.as !== 'record' && shape.as !== 'array') || bytesFromText(trimmed, shape.size) !== undefined)
    return trimmed;
  if (shape.as === 'array') return new TextReader(trimmed, path).list();
  if (open === '{') return new TextReader(trimmed, path).only();
  return /[:=]/.test(trimmed) ? new TextReader(`{${trimmed}}`, path).only() : trimmed;
}

/** Reads the relaxed JSON of {@link parseValue}: words need no quotes, `=` serves for `:`. Words stay text. */
class TextReader {
  readonly #text: string;
  readonly #path: string;
  #at = 0;
  #depth = 0;

  constructor(text: string, path: string) {
    this.#text = text;
    this.#path = path;
  }

  only(): Value {
    return this.#end(this.#value());
  }

  /** A list in brackets, or the elements of one without them. */
  list(): Value {
    const first = this.#value();
    if (!this.#take(',')) return this.#end(Array.isArray(first) ? first : [first]);
    const list = [first, this.#value()];
    while (this.#take(',')) list.push(this.#value());
    return this.#end(list);
  }

  #end(value: Value): Value {
    this.#space();
    if (this.#at < this.#text.length) throw this.#error('something follows the value');
    return value;
  }

  #value(): Value {
    this.#space();
    const open = this.#text[this.#at];
    if (open === '"') return this.#quoted();
    if (open !== '{' && open !== '[') return this.#word();
    this.#at += 1;
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw this.#error('the value nests too deeply');
    const value = open === '{' ? this.#record() : this.#list();
    this.#depth -= 1;
    return value;
  }

  #record(): Value {
    const fields = new Map<string, Value>();
    while (!this.#take('}')) {
      const match = this.#match(fieldName);
      if (match === undefined) throw this.#error('a field name is missing, as in name: value');
      const name = match[2] ?? unquote(`"${match[1] ?? ''}"`) ?? '';
      if (fields.has(name))
        throw badValue(this.#path, `field ${describe(name)} is given twice`, 'leave out one of them');
      fields.set(name, this.#value());
      this.#separator('}');
    }
    return recordOf(fields);
  }

  #list(): Value {
    const list: Value[] = [];
    while (!this.#take(']')) {
      list.push(this.#value());
      this.#separator(']');
    }
    return list;
  }

  #quoted(): string {
    const [token] = this.#match(quoted) ?? [];
    const text = token === undefined ? undefined : unquote(token);
    if (text === undefined) throw this.#error('text in quotes is not closed, or has an unknown escape');
    return text;
  }

  #word(): string {
    const word = (this.#match(bare)?.[0] ?? '').trim();
    if (word === '') throw this.#error('a value is missing');
    return word;
  }

  /** A comma, or the end that follows. */
  #separator(close: string): void {
    if (this.#take(',')) return;
    this.#space();
    if (this.#text[this.#at] !== close) throw this.#error(`a comma or ${close} is missing`);
  }

  #take(character: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #space(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#at += match[0].length;
    return match;
  }

  #error(what: string): SkepError {
    const rest = this.#text.slice(this.#at);
    return badValue(
      this.#path,
      `${what} ${rest === '' ? 'at the end' : `at ${describe(rest)}`} of ${describe(this.#text)}`,
      'write it like this: {packets: 1, bytes: 2}, or as JSON',
    );
  }
}

/** What a JSON string stands for, or undefined where it is none. */
function unquote(token: string): string | undefined {
  try {
    const text = parseJson(token);
    return typeof text === 'string' ? text : undefined;
  } catch (error) {
    if (error instanceof SkepError) return undefined;
    throw error;
  }
}
