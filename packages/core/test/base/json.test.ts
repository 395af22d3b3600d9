import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SkepError } from '../../src/base/errors.ts';
import { parseJson, stringifyJson } from '../../src/base/json.ts';

function failure(text: string): SkepError {
  try {
    parseJson(text, 'x.json');
  } catch (error) {
    if (error instanceof SkepError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('reading', () => {
  test.each<[name: string, text: string, value: unknown]>([
    ['literals', '[true, false, null]', [true, false, null]],
    ['small integers are numbers', '[0, -1, 9007199254740991, -9007199254740991]', [0, -1, 2 ** 53 - 1, 1 - 2 ** 53]],
    ['integers beyond 2^53 are bigint', '[9007199254740992, -9007199254740993]', [2n ** 53n, -(2n ** 53n) - 1n]],
    ['the largest u64', '18446744073709551615', 2n ** 64n - 1n],
    ['fractions and exponents are numbers', '[1.5, 1e3, -2E-2, 1.0]', [1.5, 1000, -0.02, 1]],
    ['escapes', '"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00"', '"\\/\b\f\n\r\té😀'],
    ['a byte order mark', '\ufeff1', 1],
    ['space everywhere', ' \t\r\n[ 1 ,\n2 ] ', [1, 2]],
    ['delete and C1 controls in a string', '"\u007f\u0085"', '\u007f\u0085'],
  ])('%s', (_, text, value) => {
    expect(parseJson(text)).toStrictEqual(value);
  });

  test('__proto__ is a name like any other', () => {
    const value = parseJson('{"__proto__": {"polluted": 1}, "constructor": 2}') as Record<string, unknown>;
    expect(Object.getPrototypeOf(value)).toBe(null);
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>).polluted).toBe(undefined);
    expect(stringifyJson(value)).toBe('{"__proto__":{"polluted":1},"constructor":2}');
  });

  test('of equal names the last counts', () => {
    expect(stringifyJson(parseJson('{"a":1,"a":2}'))).toBe('{"a":2}');
  });

  test.each<[name: string, text: string, place: [line: number, column: number], what: RegExp]>([
    ['nothing', '', [1, 1], /value is missing/],
    ['a trailing comma', '[1,\n2,]', [2, 3], /value is missing/],
    ['a missing colon', '{"a" 1}', [1, 6], /value of "a" is missing/],
    ['an unquoted name', '{a: 1}', [1, 2], /name is missing/],
    ['an open object', '{"a": 1', [1, 8], /object is not closed/],
    ['an open array', '[1 2]', [1, 4], /array is not closed/],
    ['an open string', '"abc', [1, 5], /string is not closed/],
    ['a line break in a string', '"a\nb"', [1, 3], /string is not closed/],
    ['an unknown escape', '"\\x41"', [1, 2], /unknown escape/],
    ['a short unicode escape', '"\\u12"', [1, 2], /unknown escape/],
    ['text behind', '1 2', [1, 3], /text follows/],
    ['a leading zero', '01', [1, 2], /text follows/],
    ['a bare minus', '[-]', [1, 2], /no digits/],
    ['a single quote', "'a'", [1, 1], /value is missing/],
    ['NaN', 'NaN', [1, 1], /value is missing/],
    ['an infinite number', '1e999', [1, 6], /too large/],
    ['a million digits', '1'.repeat(1e6), [1, 1e6 + 1], /too large/],
  ])('refuses %s', (_, text, [line, column], what) => {
    const error = failure(text);
    expect(error.code).toBe('SKEP_BAD_JSON');
    expect(error.message).toMatch(what);
    expect(error.place).toEqual({ file: 'x.json', line, column });
  });

  test('refuses endless nesting without running out of stack', () => {
    expect(failure('['.repeat(1e6)).message).toMatch(/deeper than 256/);
    expect(failure('{"a":'.repeat(1e6)).message).toMatch(/deeper than 256/);
  });

  test('long strings and long white space are read in linear time', () => {
    const long = 'x'.repeat(2e7);
    expect(parseJson(`${' '.repeat(2e7)}"${long}"`)).toBe(long);
  });
});

describe('writing', () => {
  test.each<[name: string, value: unknown, text: string]>([
    ['bigint as digits', { hits: 2n ** 64n - 1n }, '{"hits":18446744073709551615}'],
    ['undefined members left out', { a: undefined, b: 1 }, '{"b":1}'],
    ['undefined and infinities as null', [undefined, Number.NaN, -Infinity], '[null,null,null]'],
    ['an object that knows its form', { at: new Date(0) }, '{"at":"1970-01-01T00:00:00.000Z"}'],
    ['a number beyond 2^53 stays a number', 1e21, '1e+21'],
    ['empty containers', [[], {}], '[[],{}]'],
  ])('%s', (_, value, text) => {
    expect(stringifyJson(value as object)).toBe(text);
  });

  test('indents', () => {
    expect(stringifyJson({ a: [1, { b: 2n }], c: [] }, { indent: 2 })).toBe(
      '{\n  "a": [\n    1,\n    {\n      "b": 2\n    }\n  ],\n  "c": []\n}',
    );
  });

  test('refuses a value that contains itself', () => {
    const loop: unknown[] = [];
    loop.push(loop);
    expect(() => stringifyJson(loop as [])).toThrow(SkepError);
    expect(() => stringifyJson([() => 1])).toThrow(/function/);
  });
});

const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.bigInt().filter((value) => !Number.isSafeInteger(Number(value))),
    fc.string({ unit: 'binary' }),
    fc.array(tie('value')),
    fc.dictionary(fc.string({ unit: 'grapheme' }), tie('value'), { noNullPrototype: false }),
  ),
})).value;

describe('properties', () => {
  test('what is written is read back equal', () => {
    fc.assert(
      fc.property(json, fc.nat(4), (value, indent) => {
        const text = stringifyJson(value as object, { indent });
        expect(parseJson(text)).toEqual(value);
      }),
    );
  });

  test("numbers that are safe integers agree with the language's own reader", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const own = JSON.parse(text);
        fc.pre(!/\d{16}/.test(text) && !text.includes('__proto__'));
        expect(JSON.stringify(parseJson(text))).toBe(JSON.stringify(own));
      }),
    );
  });
});
