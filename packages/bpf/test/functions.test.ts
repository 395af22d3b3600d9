import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  array,
  atomic,
  checksum,
  HashMap,
  i32,
  imul,
  ktime,
  log2,
  loop,
  range,
  struct,
  subprogram,
  u32,
  u64,
} from '../src/index.ts';
import { Ipv4 } from '../src/net/index.ts';
import { accessOf, layoutOf, ownSpace } from '../src/runtime/index.ts';

describe('atomic', () => {
  const Record = struct({ n: u32, signed: i32, big: u64, slots: array(u64, 2) });

  test('gives the old value, and stores wrap', () => {
    const record = Record({ n: 0xffffffff, big: 5n });
    expect(atomic.add(record, 'n', 2)).toBe(0xffffffff);
    expect(record.n).toBe(1);
    expect(atomic.sub(record, 'big', 6n)).toBe(5n);
    expect(record.big).toBe(2n ** 64n - 1n);
    expect(atomic.and(record, 'n', 0xff)).toBe(1);
    expect(atomic.or(record, 'n', 0x80000000)).toBe(1);
    expect(record.n).toBe(0x80000001);
    expect(atomic.xor(record, 'signed', -1)).toBe(0);
    expect(record.signed).toBe(-1);
    expect(atomic.exchange(record, 'n', 7)).toBe(0x80000001);
    expect(atomic.compareExchange(record, 'n', 8, 9)).toBe(7);
    expect(atomic.compareExchange(record, 'n', 7, 9)).toBe(7);
    expect(record.n).toBe(9);
    expect(atomic.add(record.slots, 1, 3n)).toBe(0n);
    expect(record.slots[1]).toBe(3n);
  });
});

describe('numbers', () => {
  test('log2: the highest bit', () => {
    for (let bit = 0; bit < 64; bit += 1)
      expect([log2(1n << BigInt(bit)), log2((2n << BigInt(bit)) - 1n)]).toEqual([bit, bit]);
    expect([log2(0), log2(0n), log2(-1)]).toEqual([0, 0, 63]);
  });

  test('imul: the low 32 bits, unsigned', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 32 - 1), fc.nat(2 ** 32 - 1), (a, b) => {
        expect(BigInt(imul(a, b))).toBe(BigInt.asUintN(32, BigInt(a) * BigInt(b)));
      }),
    );
  });

  test('checksum: with it a header sums to 0xffff (RFC 1071)', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), (given) => {
        const space = ownSpace(20);
        space.u8.set(given);
        const ip = accessOf(layoutOf(Ipv4)).read(space, 0) as ReturnType<typeof Ipv4>;
        ip.checksum = checksum(ip);
        let sum = 0;
        for (let at = 0; at < 20; at += 2) sum += space.view.getUint16(at);
        while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
        expect(sum).toBe(0xffff);
      }),
    );
  });
});

describe('control', () => {
  test('range', () => {
    expect([[...range(3)], [...range(2, 4)], [...range(0)]]).toEqual([[0, 1, 2], [2, 3], []]);
  });
  test('loop stops when the callback returns true, and counts its calls', () => {
    expect([loop(5, () => undefined), loop(5, (index) => index === 1), loop(0, () => true)]).toEqual([5, 2, 0]);
  });
  test('a subprogram is the function itself', () => {
    expect(subprogram((a: u32, b: u32): u32 => u32(a ^ b))(5, 3)).toBe(6);
  });
});

test('outside a program maps and clocks say what to do', () => {
  const map = new HashMap(u32, u64, { maxEntries: 1 });
  const usage = expect.objectContaining({ code: 'SKEP_USAGE' });
  expect(() => map.get(1)).toThrow(usage);
  expect(() => ktime.ns()).toThrow(usage);
});
