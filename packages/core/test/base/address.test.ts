import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatIpv4, formatIpv6, formatMac, parseIpv4, parseIpv6, parseMac } from '../../src/base/address.ts';

const addressBytes = (size: number) => fc.uint8Array({ minLength: size, maxLength: size });

describe('IPv4', () => {
  test.each(['0.0.0.0', '10.0.0.1', '255.255.255.255'])('%s reads back', (text) => {
    expect(formatIpv4(parseIpv4(text) ?? new Uint8Array(0))).toBe(text);
  });
  test.each([
    '',
    '1',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.',
    ' 1.2.3.4',
    '1.2.3.4 ',
    '1.2.3.-4',
    '1e0.2.3.4',
  ])('refuses %j', (text) => expect(parseIpv4(text)).toBeUndefined());
  test('format and parse are inverses', () => {
    fc.assert(
      fc.property(addressBytes(4), (bytes) => {
        expect(parseIpv4(formatIpv4(bytes))).toEqual(bytes);
      }),
    );
  });
});

describe('IPv6', () => {
  test.each([
    ['::', '::'],
    ['::1', '::1'],
    ['fd00::', 'fd00::'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::ffff:10.0.0.1', '::ffff:10.0.0.1'],
    ['::ffff:a00:1', '::ffff:10.0.0.1'],
    ['64:ff9b::10.0.0.1', '64:ff9b::a00:1'],
  ])('%s is written %s', (text, canonical) => {
    expect(formatIpv6(parseIpv6(text) ?? new Uint8Array(0))).toBe(canonical);
  });
  test.each([
    '',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '12345::',
    'g::',
    '::1%lo',
    '1:',
    ':1',
    '10.0.0.1',
    '10.0.0.1::',
    '::10.0.0.256',
    '1:2:3:4:5:6:7:10.0.0.1',
    ' ::1',
    '1:2:3:4:5:6:7:',
  ])('refuses %j', (text) => expect(parseIpv6(text)).toBeUndefined());
  test('format and parse are inverses', () => {
    const sparse = fc.array(fc.constantFrom(0, 0, 0, 1, 255), { minLength: 16, maxLength: 16 });
    const bytes = fc.oneof(
      addressBytes(16),
      sparse.map((list) => Uint8Array.from(list)),
    );
    fc.assert(
      fc.property(bytes, (address) => {
        expect(parseIpv6(formatIpv6(address))).toEqual(address);
      }),
    );
  });
});

describe('MAC', () => {
  test('colons and dashes are read, colons are written', () => {
    expect(formatMac(parseMac('02-00-00-00-AB-cd') ?? new Uint8Array(0))).toBe('02:00:00:00:ab:cd');
  });
  test.each(['', '02:00:00:00:00', '02:00:00:00:00:0', '02:00-00:00:00:00', '02:00:00:00:00:0g', '020000000000'])(
    'refuses %j',
    (text) => expect(parseMac(text)).toBeUndefined(),
  );
  test('format and parse are inverses', () => {
    fc.assert(
      fc.property(addressBytes(6), (bytes) => {
        expect(parseMac(formatMac(bytes))).toEqual(bytes);
      }),
    );
  });
});
