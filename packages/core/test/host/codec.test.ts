import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Value } from '../../src/btf/index.ts';
import { hexCodec, indexCodec } from '../../src/host/index.ts';
import { PerCpu } from '../../src/host/per-cpu.ts';
import { prefixCodec } from '../../src/host/prefix-codec.ts';

const bad = expect.objectContaining({ code: 'SKEP_BAD_VALUE' });

describe('bytes without a type', () => {
  test.each([
    ['0a 00 00 01', [10, 0, 0, 1]],
    ['0x0a000001', [10, 0, 0, 1]],
    ['0A:00:00:01', [10, 0, 0, 1]],
  ])('%s', (text, bytes) => {
    expect([...hexCodec(4).parse(text)]).toEqual(bytes);
  });
  test('numbers are little-endian integers of that size', () => {
    expect([...hexCodec(4).encode(-2)]).toEqual([254, 255, 255, 255]);
    expect([...hexCodec(2).encode(65535n)]).toEqual([255, 255]);
  });
  test.each(['0a', '0a 00 00 01 02', 'zz 00 00 00', '0 a 0 0 0', ''])('%s is refused for 4 bytes', (text) => {
    expect(() => hexCodec(4).parse(text)).toThrow(text.replaceAll(' ', '').length === 8 ? undefined : bad);
  });
  test.each([2 ** 32, -(2 ** 31) - 1, 1.5, Number.NaN, 2n ** 64n])('%s is refused for 4 bytes', (value) => {
    expect(() => hexCodec(4).encode(value)).toThrow(bad);
  });
  test('raw bytes pass, of the right size only', () => {
    expect(hexCodec(2).encode(Uint8Array.of(1, 2))).toEqual(Uint8Array.of(1, 2));
    expect(() => indexCodec.encode(Uint8Array.of(1, 2))).toThrow(bad);
  });
  test('every value survives', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 40 }), (bytes) => {
        const codec = hexCodec(bytes.length);
        expect(codec.encode(codec.decode(bytes))).toEqual(bytes);
      }),
    );
  });
});

describe('index', () => {
  test.each(['-1', '4294967296', 'x', '1.5', ''])('%s is refused', (text) => {
    expect(() => indexCodec.parse(text)).toThrow(bad);
  });
  test('decimal and hexadecimal', () => {
    expect([indexCodec.decode(indexCodec.parse('258')), indexCodec.decode(indexCodec.parse('0xff'))]).toEqual([
      258, 255,
    ]);
  });
});

describe('LPM keys', () => {
  const ipv4 = prefixCodec(hexCodec(4), true);
  const ipv6 = prefixCodec(hexCodec(16), true);
  const other = prefixCodec(hexCodec(4), false);

  test.each([
    ['10.0.0.0/8', [8, 0, 0, 0, 10, 0, 0, 0]],
    ['0.0.0.0/0', [0, 0, 0, 0, 0, 0, 0, 0]],
    ['1.2.3.4', [32, 0, 0, 0, 1, 2, 3, 4]],
  ])('%s', (text, bytes) => {
    expect([...ipv4.parse(text)]).toEqual(bytes);
    expect([...ipv4.encode(text)]).toEqual(bytes);
  });
  test('IPv6', () => {
    expect(ipv6.decode(ipv6.parse('fd00::/8'))).toBe('fd00::/8');
    expect(ipv6.decode(ipv6.parse('::1'))).toBe('::1/128');
  });
  test.each([
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/',
    '10.0.0/8',
    '10.0.0.0/8/8',
    'x',
    '',
    'fd00::/8',
    '10.0.0.0/1e1',
  ])('%s is no IPv4 prefix', (text) => {
    expect(() => ipv4.parse(text)).toThrow(bad);
    expect(() => ipv4.encode(text)).toThrow(bad);
  });
  test('data that is no address has its length beside it', () => {
    const key = other.encode({ prefixLength: 12, data: '0a b0 00 00' });
    expect([...key]).toEqual([12, 0, 0, 0, 0x0a, 0xb0, 0, 0]);
    expect(other.decode(key)).toEqual({ prefixLength: 12, data: '0a b0 00 00' });
    expect(other.parse('0ab00000/12')).toEqual(key);
    for (const wrong of [{ prefixLength: 33, data: '00 00 00 00' }, { data: '00 00 00 00' }, 5, '1']) {
      expect(() => other.encode(wrong)).toThrow(bad);
    }
  });
  test('every prefix survives', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.nat(128), (address, length) => {
        const key = Uint8Array.of(length, 0, 0, 0, ...address);
        expect(ipv6.encode(ipv6.decode(key))).toEqual(key);
      }),
    );
  });
});

/** The values of one key on as many CPUs. */
function perCpu(values: readonly Value[]): PerCpu {
  const all = new PerCpu();
  all.push(...values);
  return all;
}

describe('sums over CPUs', () => {
  test.each([
    ['numbers', [1, 2, 3], 6],
    ['64-bit integers, exactly', [2n ** 64n - 1n, 1n], 2n ** 64n],
    [
      'records: what can be added',
      [
        { a: 1n, name: 'x', in: { b: 2 } },
        { a: 5n, name: 'y', in: { b: 3 } },
      ],
      { a: 6n, in: { b: 5 } },
    ],
    [
      'lists of numbers',
      [
        [1, 2],
        [3, 4],
      ],
      [4, 6],
    ],
    ['text', ['a', 'b'], undefined],
    ['one CPU', [7], 7],
  ])('%s', (_, values, total) => {
    expect(perCpu(values).sum()).toEqual(total);
  });
  test('it is an array; what is made from it is a plain one', () => {
    const values = perCpu([1, 2]);
    expect([...values]).toEqual([1, 2]);
    expect(values.map((value) => value)).not.toBeInstanceOf(PerCpu);
  });
});
