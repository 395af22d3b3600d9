import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { be16, be32, be64, i8, i16, i32, i64, ipv4, ipv6, mac, u8, u16, u32, u64 } from '../src/index.ts';
import { accessOf, layoutOf, ownSpace } from '../src/runtime/index.ts';

const integers = { u8, u16, u32, i8, i16, i32, u64, i64, be16, be32, be64 };

/** What a conversion means, by big integers. */
function wrapped(name: string, value: bigint): bigint {
  const bits = Number(/\d+/.exec(name)?.[0]);
  return name.startsWith('i') ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
}

describe.each(Object.entries(integers))('%s', (name, schema) => {
  test('conversion wraps around, and never throws', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), (value) => {
        expect(BigInt(schema(value))).toBe(wrapped(name, value));
      }),
    );
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect(BigInt(schema(value))).toBe(wrapped(name, BigInt(value)));
      }),
    );
    for (const odd of [Number.NaN, Infinity, -Infinity, 0.5]) expect(Number(schema(odd))).toBe(0);
    expect([Number(schema(true)), Number(schema(false))]).toEqual([1, 0]);
    expect(Number(schema(7.9))).toBe(7);
  });

  test('is a bigint for 64 bits alone', () => {
    expect(typeof schema(1)).toBe(name.endsWith('64') ? 'bigint' : 'number');
  });

  test('a store wraps, and a load gives what was stored', () => {
    const layout = layoutOf(schema);
    const access = accessOf(layout);
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.nat(8), (value, at) => {
        const space = ownSpace(24);
        access.write(space, at, name.endsWith('64') ? BigInt(value) : value);
        expect(access.read(space, at)).toBe(schema(value));
        expect(space.u8.subarray(0, at).every((byte) => byte === 0)).toBe(true);
        expect(space.u8.subarray(at + layout.size).every((byte) => byte === 0)).toBe(true);
      }),
    );
  });

  test('network order is in memory alone', () => {
    const space = ownSpace(8);
    accessOf(layoutOf(schema)).write(space, 0, schema(1));
    const { size } = schema;
    expect(space.u8.indexOf(1)).toBe(name.startsWith('be') ? size - 1 : 0);
  });
});

describe('addresses', () => {
  test('IPv4: text is the number, most significant byte first', () => {
    expect(ipv4('10.0.0.1')).toBe(0x0a000001);
    expect(ipv4(-1)).toBe(0xffffffff);
    const space = ownSpace(4);
    accessOf(layoutOf(ipv4)).write(space, 0, ipv4('10.1.2.3'));
    expect([...space.u8]).toEqual([10, 1, 2, 3]);
  });

  test('Ethernet and IPv6: bytes', () => {
    expect([...mac('02:00:00:00:00:fe')]).toEqual([2, 0, 0, 0, 0, 0xfe]);
    expect([...ipv6('2001:db8::1')]).toEqual([0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    expect([mac.size, ipv6.size, ipv4.size]).toEqual([6, 16, 4]);
  });

  test.each([
    ['IPv4', () => ipv4('10.0.0.256')],
    ['Ethernet', () => mac('02:00')],
    ['IPv6', () => ipv6('2001::db8::1')],
  ])('text that is no %s address is SKEP_BAD_VALUE', (_, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'SKEP_BAD_VALUE' }));
  });
});
