import { describe, expect, test } from 'vitest';
import { hexBytes } from '../../src/base/bytes.ts';
import { SkepError } from '../../src/base/errors.ts';
import { stringifyJson } from '../../src/base/json.ts';
import type { TypeId } from '../../src/btf/types.ts';
import { decodeValue, encodeValue, formatValue, parseValue, type Value } from '../../src/btf/value.ts';
import { int, Types } from './types.ts';

const types = new Types();
const verdict = types.enumeration('verdict', { XDP_ABORTED: 0, XDP_DROP: 1, XDP_PASS: 2 });
const act = types.enumeration('act', { TC_ACT_UNSPEC: -1, TC_ACT_OK: 0 }, 4, true);
const wide = types.enumeration('wide', { TOP: 2n ** 63n }, 8);
const counters = types.struct('counters', 16, { packets: [types.u64, 0], bytes: [types.u64, 8] });
const rule = types.struct('rule', 12, { action: [types.u8, 0], verdict: [verdict, 4], address: [types.be32, 8] });
const flags = types.struct('flags', 4, { syn: [types.u32, 0, 1], state: [types.i32, 1, 4], rest: [types.u32, 5, 20] });
const name = types.array(types.char, 8);
const list = types.array(types.u16, 3);
const nested = types.struct('nested', 32, { rules: [types.array(rule, 2), 0], name: [name, 24] });
const either = types.union('either', 8, { word: types.u64, half: types.u32, text: name });
const inner = types.union('', 4, { ip: types.be32, raw: types.u32 });
const opened = types.struct('opened', 8, { port: [types.be16, 0], _address: [inner, 4] });
const spinLock = types.struct('bpf_spin_lock', 4, { val: [types.u32, 0] });
const locked = types.struct('locked', 8, { lock: [spinLock, 0], value: [types.u32, 4] });
const oldInt = types.builder.add(int('u32', 4, { bits: 3, bitOffset: 5 }));
const oldBits = types.struct('old', 4, { low: [oldInt, 0] });
const flexible = types.struct('flexible', 4, { length: [types.u32, 0], data: [types.array(types.u8, 0), 4] });
const grid = types.array(types.array(types.u8, 2), 2);
const odd = types.builder.add({
  kind: 'struct',
  name: 'odd',
  size: 8,
  members: [
    { name: '__proto__', type: types.u32, bitOffset: 0, bitSize: 0 },
    { name: 'constructor', type: types.u32, bitOffset: 32, bitSize: 0 },
  ],
});
const btf = types.btf();

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.split(' '), (part) => Number.parseInt(part, 16));
}

function failure(action: () => unknown): SkepError {
  try {
    action();
  } catch (error) {
    if (error instanceof SkepError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

/** Values and their bytes: both directions hold. */
const exact: [what: string, type: TypeId, hex: string, value: Value][] = [
  ['u8', types.u8, 'ff', 255],
  ['u16 in host order', types.u16, '01 02', 0x0201],
  ['u32', types.u32, 'ff ff ff ff', 4294967295],
  ['u64 is a bigint', types.u64, '01 00 00 00 00 00 00 80', 2n ** 63n + 1n],
  ['i8', types.i8, 'ff', -1],
  ['i32', types.i32, 'fe ff ff ff', -2],
  ['i64', types.i64, 'ff ff ff ff ff ff ff ff', -1n],
  ['bool', types.bool, '01', true],
  ['__be16 in host order', types.be16, '01 bb', 443],
  ['__be32 as address', types.be32, '0a 00 00 01', '10.0.0.1'],
  ['__be64 in host order', types.be64, '00 00 00 00 00 00 00 05', 5n],
  ['in6_addr', types.in6, 'fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 01', 'fe80::1'],
  ['mac', types.mac, '02 00 00 00 00 01', '02:00:00:00:00:01'],
  ['pointer', types.pointer, '00 10 00 00 00 88 ff ff', 0xffff880000001000n],
  ['enumerator', verdict, '02 00 00 00', 'XDP_PASS'],
  ['number without enumerator', verdict, '07 00 00 00', 7],
  ['negative enumerator', act, 'ff ff ff ff', 'TC_ACT_UNSPEC'],
  ['negative number in an enumeration', act, 'fe ff ff ff', -2],
  ['64-bit enumerator', wide, '00 00 00 00 00 00 00 80', 'TOP'],
  ['64-bit number in an enumeration', wide, '05 00 00 00 00 00 00 00', 5n],
  ['text', name, '65 74 68 30 00 00 00 00', 'eth0'],
  ['text that fills its field', name, '61 62 63 64 65 66 67 68', 'abcdefgh'],
  ['bytes that are no text', name, 'ff fe 00 00 00 00 00 01', [255, 254, 0, 0, 0, 0, 0, 1]],
  ['array', list, '01 00 02 00 03 00', [1, 2, 3]],
  [
    'array of arrays',
    grid,
    '01 02 03 04',
    [
      [1, 2],
      [3, 4],
    ],
  ],
  ['float', types.float, '00 00 c0 3f', 1.5],
  ['double', types.double, '00 00 00 00 00 00 f8 7f', 'NaN'],
  ['struct', counters, '01 00 00 00 00 00 00 00 3c 00 00 00 00 00 00 00', { packets: 1n, bytes: 60n }],
  ['bit fields', flags, '3f 80 00 01', { syn: 1, state: -1, rest: 0x80401 }],
  ['bit field of before Linux 4.20', oldBits, 'a0 00 00 00', { low: 5 }],
  ['union', either, '61 00 00 00 00 00 00 00', { word: 97n, half: 97, text: 'a' }],
  ['anonymous union', opened, '00 50 00 00 0a 00 00 01', { port: 80, ip: '10.0.0.1', raw: 0x0100000a }],
  ['spin lock left out', locked, '00 00 00 00 09 00 00 00', { value: 9 }],
  ['flexible array', flexible, '02 00 00 00', { length: 2, data: [] }],
];

describe('decodeValue and encodeValue', () => {
  test.each(exact)('%s', (_, type, hex, value) => {
    expect(stringifyJson(decodeValue(btf, type, bytes(hex)))).toBe(stringifyJson(value));
    expect(decodeValue(btf, type, bytes(hex))).toEqual(value);
    expect(hexBytes(encodeValue(btf, type, value))).toBe(hex);
  });

  test('names such as __proto__ are plain fields of a plain object', () => {
    const value = decodeValue(btf, odd, bytes('01 00 00 00 02 00 00 00')) as Record<string, Value>;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor']);
    expect(hexBytes(encodeValue(btf, odd, value))).toBe('01 00 00 00 02 00 00 00');
  });

  test('text ends at the first zero byte, whatever follows', () => {
    expect(decodeValue(btf, name, bytes('61 62 00 7a ff 7a 7a 7a'))).toBe('ab');
  });

  test('bytes behind the type are passed over, too few are refused', () => {
    expect(decodeValue(btf, types.u8, bytes('05 06'))).toBe(5);
    expect(failure(() => decodeValue(btf, types.u32, bytes('05'))).message).toBe('1 bytes are no u32');
  });
});

describe('what encodeValue takes besides', () => {
  test.each<[what: string, type: TypeId, value: Value, hex: string]>([
    ['decimal text', types.u32, '16', '10 00 00 00'],
    ['hexadecimal text', types.u32, '0x10', '10 00 00 00'],
    ['binary text', types.u8, '0b101', '05'],
    ['negative text', types.i16, '-2', 'fe ff'],
    ['bigint for a small integer', types.u16, 5n, '05 00'],
    ['a number for u64', types.u64, 5, '05 00 00 00 00 00 00 00'],
    ['boolean as number', types.u8, true, '01'],
    ['number as boolean', types.bool, 0, '00'],
    ['text as boolean', types.bool, 'true', '01'],
    ['a number for an enumeration', verdict, 9, '09 00 00 00'],
    ['a dotted address for u32, in network order', types.u32, '10.0.0.1', '0a 00 00 01'],
    ['a dotted address for a union of 4 bytes', inner, '10.0.0.1', '0a 00 00 01'],
    ['a MAC address for 6 bytes', types.mac, '02-00-00-00-00-01', '02 00 00 00 00 01'],
    ['hex bytes for a struct', locked, '00 00 00 00 01 02 03 04', '00 00 00 00 01 02 03 04'],
    ['fields left out are zero', counters, { bytes: 1 }, '00 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00'],
    ['one field of a union', either, { half: 1 }, '01 00 00 00 00 00 00 00'],
    ['a list for text', name, [1, 2, 3, 4, 5, 6, 7, 8], '01 02 03 04 05 06 07 08'],
  ])('%s', (_, type, value, hex) => {
    expect(hexBytes(encodeValue(btf, type, value))).toBe(hex);
  });
});

describe('what does not fit is refused with its path', () => {
  test.each<[type: TypeId, value: Value, message: string]>([
    [types.u8, 256, 'm: 256 does not fit u8 (0..255)'],
    [types.u8, -1, 'm: -1 does not fit u8 (0..255)'],
    [types.i8, 128, 'm: 128 does not fit i8 (-128..127)'],
    [types.u64, 2n ** 64n, 'm: 18446744073709551616 does not fit u64 (0..18446744073709551615)'],
    [types.be16, 65536, 'm: 65536 does not fit __be16 (0..65535)'],
    [types.u8, 1.5, 'm: 1.5 is not an integer'],
    [types.u8, 'x', 'm: "x" is not a number, as u8 needs'],
    [types.u32, '10.0.0.256', 'm: "10.0.0.256" is not a number, as u32 needs'],
    [types.be32, 'localhost', 'm: "localhost" is not an IPv4 address'],
    [types.in6, 'fe80::g', 'm: "fe80::g" is not an IPv6 address'],
    [types.mac, '02:00', 'm: "02:00" is not a MAC address'],
    [types.bool, 2, 'm: 2 does not fit bool (0..1)'],
    [types.bool, 'yes', 'm: "yes" is neither true nor false'],
    [verdict, 'XDP_PAS', 'm: "XDP_PAS" is no name in enum verdict'],
    [rule, { action: 256 }, 'm.action: 256 does not fit u8 (0..255)'],
    [rule, { act: 1 }, 'm: rule has no field "act"'],
    [rule, 5, 'm: 5 is no rule'],
    [flags, { state: 8 }, 'm.state: 8 does not fit 4 bits of i32 (-8..7)'],
    [list, [1, 2], 'm: 2 elements are given where 3 elements are needed'],
    [list, 'abc', 'm: "abc" is given where 3 elements are needed'],
    [nested, { rules: [{}, { action: 'q' }] }, 'm.rules[1].action: "q" is not a number, as u8 needs'],
    [name, 'ninebytes', 'm: "ninebytes" has 9 bytes, the field has 8'],
    [name, 5, 'm: 5 is not text of at most 8 bytes'],
    [types.float, 'x', 'm: "x" is not a number of 4 bytes'],
    [either, { half: 1, word: 2n }, 'm.half: 1 disagrees with another field that shares its bytes'],
    [types.u32, '9'.repeat(1e6), `m: "${'9'.repeat(40)}..." is not a number, as u32 needs`],
  ])('%#: type %s', (type, value, message) => {
    const error = failure(() => encodeValue(btf, type, value, 'm'));
    expect(error.code).toBe('SKEP_BAD_VALUE');
    expect(error.message).toBe(message);
    expect(error.remedy).toBeTruthy();
  });

  test('the remedy names enumerators and fields', () => {
    const names = 'use one of XDP_ABORTED, XDP_DROP, XDP_PASS, or a number';
    expect(failure(() => encodeValue(btf, verdict, 'x')).remedy).toBe(names);
    expect(failure(() => encodeValue(btf, rule, { x: 1 })).remedy).toBe('it has: action, verdict, address');
  });
});

describe('parseValue', () => {
  test.each<[type: TypeId, text: string, hex: string]>([
    [types.u32, '1', '01 00 00 00'],
    [types.u32, ' 0x10 ', '10 00 00 00'],
    [types.u32, '0a 00 00 01', '0a 00 00 01'],
    [types.u32, '10.0.0.1', '0a 00 00 01'],
    [types.be32, '10.0.0.1', '0a 00 00 01'],
    [types.be16, '443', '01 bb'],
    [verdict, 'XDP_DROP', '01 00 00 00'],
    [verdict, '"XDP_DROP"', '01 00 00 00'],
    [counters, '{packets: 1, bytes: 2}', '01 00 00 00 00 00 00 00 02 00 00 00 00 00 00 00'],
    [counters, '{"packets": 1, "bytes": 2,}', '01 00 00 00 00 00 00 00 02 00 00 00 00 00 00 00'],
    [counters, 'packets=1,bytes=2', '01 00 00 00 00 00 00 00 02 00 00 00 00 00 00 00'],
    [counters, 'bytes = 0x2', '00 00 00 00 00 00 00 00 02 00 00 00 00 00 00 00'],
    [counters, '{}', '00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00'],
    [rule, 'action=1, verdict=XDP_PASS, address=10.1.2.3', '01 00 00 00 02 00 00 00 0a 01 02 03'],
    [list, '1,2,3', '01 00 02 00 03 00'],
    [list, '[1, 0x2, 3]', '01 00 02 00 03 00'],
    [list, '01 02 03 04 05 06', '01 02 03 04 05 06'],
    [grid, '[1,2],[3,4]', '01 02 03 04'],
    [name, 'eth0', '65 74 68 30 00 00 00 00'],
    [name, '"a b"', '61 20 62 00 00 00 00 00'],
    [types.in6, 'fe80::1', 'fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 01'],
    [types.mac, '02:00:00:00:00:01', '02 00 00 00 00 01'],
    [opened, 'ip: 10.0.0.1, port: 80', '00 50 00 00 0a 00 00 01'],
  ])('type %s: %s', (type, text, hex) => {
    expect(hexBytes(parseValue(btf, type, text))).toBe(hex);
  });

  test.each<[type: TypeId, text: string, message: RegExp]>([
    [counters, '{packets: 1', /^counts: a comma or } is missing at the end/],
    [counters, '{packets 1}', /^counts: a field name is missing/],
    [counters, '{packets: }', /^counts: a value is missing at "}"/],
    [counters, 'packets=1,packets=2', /^counts: field "packets" is given twice/],
    [counters, '{packets: 1} x', /^counts: something follows the value/],
    [counters, 'x', /^counts: "x" is no counters/],
    [counters, '{packets: {a: 1}}', /^counts.packets: a record is not a number/],
    [counters, '['.repeat(100), /^counts: "\[\[/],
    [list, '['.repeat(1000), /^counts: the value nests too deeply/],
    [list, '1,2', /^counts: 2 elements/],
    [list, ']', /^counts: a value is missing/],
    [list, '[1,2,3],', /^counts: a value is missing/],
    [list, '[1,2,3] 4', /^counts: something follows the value/],
    [types.u32, '', /^counts: "" is not a number/],
    [types.u32, '1 2', /^counts: "1 2" is not a number/],
    [name, '"abc', /^counts: text in quotes is not closed/],
    [name, '"\\q"', /^counts: text in quotes is not closed, or has an unknown escape/],
  ])('refuses %#: type %s', (type, text, message) => {
    const error = failure(() => parseValue(btf, type, text, 'counts'));
    expect(error.code).toBe('SKEP_BAD_VALUE');
    expect(error.message).toMatch(message);
  });
});

describe('formatValue', () => {
  test.each<[value: Value, text: string]>([
    [{ packets: 1n, bytes: 60n }, '{packets: 1, bytes: 60}'],
    [['10.0.0.1', 'a b', 'a,b', ''], '[10.0.0.1, a b, "a,b", ""]'],
    ['\u001b[31m\u009b\u202e', '"\\u001b[31m\\u009b\\u202e"'],
    [{ 'a b': true }, '{"a b": true}'],
  ])('%# gives %s', (value, text) => {
    expect(formatValue(value)).toBe(text);
  });
});

describe('types that contain themselves are refused, at once', () => {
  const hostile = new Types();
  const self = hostile.builder.nextId;
  hostile.struct('self', 8, { again: [self, 0] });
  const anonymous = hostile.builder.nextId;
  hostile.struct('anonymous', 8, { _: [anonymous, 0] });
  const array = hostile.builder.nextId;
  hostile.struct('looped', 8, { list: [array + 1, 0] });
  hostile.array(array, 1);
  let doubled = hostile.struct('d0', 4, { value: [hostile.u32, 0] });
  let wide2 = hostile.struct('o0', 4, { value: [hostile.u32, 0] });
  for (let level = 1; level < 40; level += 1)
    doubled = hostile.struct(`d${level}`, 4, { a: [doubled, 0], b: [doubled, 0] });
  for (let level = 1; level < 16; level += 1) {
    wide2 = hostile.struct('', 4, Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`_${at}`, [wide2, 0]])));
  }
  const empty = hostile.array(hostile.struct('empty', 0, {}), 0xffffffff);
  const hostileBtf = hostile.btf();

  test.each([
    ['a struct in itself', self],
    ['an anonymous struct in itself', anonymous],
    ['an array of itself', array],
    ['2^40 overlapping members', doubled],
    ['9^16 anonymous members', wide2],
    ['2^32 - 1 elements of no size', empty],
  ])('%s', (_, type) => {
    const error = failure(() => decodeValue(hostileBtf, type, new Uint8Array(8)));
    expect(error.code).toBe('SKEP_BAD_BTF');
  });
});
