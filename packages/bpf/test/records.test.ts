import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  array,
  be16,
  bits,
  bytes,
  cstr,
  equals,
  header,
  i32,
  ipv4,
  mac,
  struct,
  swap,
  u8,
  u32,
  u64,
} from '../src/index.ts';
import { accessOf, layoutOf, ownSpace } from '../src/runtime/index.ts';

const Inner = struct({ a: u8, b: u32 });
const Outer = struct({ flag: u8, inner: Inner, name: cstr(8), list: array(u64, 3), address: ipv4, mac, end: u8 });
const Flags = header({
  top: bits(3),
  wide: bits(13),
  low: bits(4),
  high: bits(4),
  rest: be16,
  odd: bits(27),
  tail: bits(5),
});

/** A view of this schema over zeroed memory of its own, and the memory. */
function over<S extends object>(schema: S & { size: number }) {
  const space = ownSpace(schema.size);
  return { view: accessOf(layoutOf(schema)).read(space, 0), bytes: space.u8 };
}

describe('structs', () => {
  test('fields have their natural alignment, as in C', () => {
    const layout = layoutOf(Outer);
    const offsets = layout.kind === 'record' ? layout.fields.map(({ name, offset }) => [name, offset]) : [];
    expect(Object.fromEntries(offsets)).toEqual({
      flag: 0,
      inner: 4,
      name: 12,
      list: 24,
      address: 48,
      mac: 52,
      end: 58,
    });
    expect([Outer.size, Inner.size]).toEqual([64, 8]);
  });

  test('a value on the stack: fields left out are zero', () => {
    const value = Outer({ name: 'abc', list: [1n, 2n, 3n], inner: { a: 300, b: -1 } });
    expect([value.flag, value.name, value.inner.a, value.inner.b]).toEqual([0, 'abc', 44, 0xffffffff]);
    expect([...value.list]).toEqual([1n, 2n, 3n]);
    expect(value.list.length).toBe(3);
  });

  test('a nested struct and an array are live; a copy is not', () => {
    const value = Outer();
    const { inner, list } = value;
    const copy = value.copy();
    inner.b = 7;
    list[1] = 9n;
    expect([value.inner.b, value.list[1]]).toEqual([7, 9n]);
    expect([copy.inner.b, copy.list[1]]).toEqual([0, 0n]);
    value.inner = { a: 1, b: 2 } as typeof inner;
    expect([inner.a, inner.b]).toEqual([1, 2]);
  });

  test('set writes the whole record, padding too', () => {
    const { view, bytes: memory } = over(Inner);
    memory.fill(0xff);
    (view as ReturnType<typeof Inner>).set({ b: 5 });
    expect([...memory]).toEqual([0, 0, 0, 0, 5, 0, 0, 0]);
  });

  test('text is cut to leave room for its zero byte, and any bytes survive a copy', () => {
    const Text = struct({ text: cstr(8), again: cstr(8) });
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), (given) => {
        const { view, bytes: memory } = over(Text);
        const record = view as ReturnType<typeof Text>;
        memory.set(given);
        record.again = record.text;
        const end = given.indexOf(0) < 0 ? 7 : given.indexOf(0);
        expect([...memory.subarray(8, 8 + end)]).toEqual([...given.subarray(0, end)]);
        expect(memory.subarray(8 + end).every((byte) => byte === 0)).toBe(true);
      }),
    );
    expect(Text({ text: 'much too long' }).text).toBe('much to');
    expect(Text({ text: 'ä' }).text).toBe('ä');
  });

  test.each([
    ['bit fields', () => struct({ a: bits(3) })],
    ['a name that views use themselves', () => struct({ copy: u8 } as never)],
    ['something that is no schema', () => struct({ a: 5 } as never)],
  ])('%s in a struct are SKEP_BAD_VALUE', (_, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'SKEP_BAD_VALUE' }));
  });
});

describe('headers', () => {
  const widths = { top: 3, wide: 13, low: 4, high: 4, odd: 27, tail: 5 } as const;

  test('bit fields count from the most significant bit', () => {
    const { view, bytes: memory } = over(Flags);
    const record = view as ReturnType<typeof Flags>;
    record.top = 0b101;
    record.wide = 1;
    record.low = 0xa;
    record.rest = 0x0102;
    record.odd = 1;
    expect([...memory]).toEqual([0b1010_0000, 1, 0xa0, 1, 2, 0, 0, 0, 0b0010_0000]);
    expect(Flags.size).toBe(9);
  });

  test('each field keeps to its bits, and wraps', () => {
    const names = fc.constantFrom(...(Object.keys(widths) as (keyof typeof widths)[]));
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 9, maxLength: 9 }), names, fc.nat(2 ** 30), (given, name, value) => {
        const { view, bytes: memory } = over(Flags);
        memory.set(given);
        const record = view as ReturnType<typeof Flags>;
        const before = Object.fromEntries(Object.keys(widths).map((key) => [key, record[key as 'top']]));
        record[name] = value;
        const after = Object.fromEntries(Object.keys(widths).map((key) => [key, record[key as 'top']]));
        expect(after).toEqual({ ...before, [name]: value % 2 ** widths[name] });
      }),
    );
  });

  test('a field over five bytes', () => {
    const Wide = header({ start: bits(7), value: bits(32), end: bits(1) });
    fc.assert(
      fc.property(fc.nat(2 ** 32 - 1), (value) => {
        const record = Wide({ start: 0x55, value, end: 1 });
        expect([record.start, record.value, record.end]).toEqual([0x55, value, 1]);
      }),
    );
  });

  test('fields that start or end inside a byte are SKEP_BAD_VALUE', () => {
    const bad = expect.objectContaining({ code: 'SKEP_BAD_VALUE' });
    expect(() => header({ a: bits(4), b: u8 })).toThrow(bad);
    expect(() => header({ a: bits(4) })).toThrow(bad);
  });
});

describe('arrays', () => {
  test('short and long ones are read and written by index', () => {
    for (const length of [4, 5000]) {
      const List = struct({ list: array(i32, length) });
      const record = List();
      record.list[length - 1] = -5;
      record.list[0] = 2 ** 31;
      expect([record.list[length - 1], record.list[0], record.list[1], record.list.length]).toEqual([
        -5,
        -(2 ** 31),
        0,
        length,
      ]);
      expect([...record.list]).toHaveLength(length);
    }
  });

  test('more values than there is room for are SKEP_BAD_VALUE', () => {
    const Two = struct({ pair: bytes(2) });
    expect(() => Two({ pair: [1, 2, 3] as never })).toThrow(expect.objectContaining({ code: 'SKEP_BAD_VALUE' }));
  });
});

describe('functions on views', () => {
  const Pair = struct({ left: mac, right: mac, a: u32, b: u32 });

  test('equals compares bytes', () => {
    const pair = Pair({ left: mac('02:00:00:00:00:01'), right: mac('02:00:00:00:00:01') });
    expect(equals(pair.left, pair.right)).toBe(true);
    pair.right[5] = 2;
    expect(equals(pair.left, pair.right)).toBe(false);
  });

  test('swap exchanges views and scalars', () => {
    const pair = Pair({ left: mac('02:00:00:00:00:01'), right: mac('02:00:00:00:00:02'), a: 1, b: 2 });
    swap(pair, 'left', 'right');
    swap(pair, 'a', 'b');
    expect([pair.left[5], pair.right[5], pair.a, pair.b]).toEqual([2, 1, 2, 1]);
  });
});
