import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Errno } from '../../src/maps/errno.ts';
import { bitAt, commonBits } from '../../src/maps/prefix.ts';
import { machine } from './support/vm-subject.ts';

const NO_PREALLOC = 1;

function prefix(length: number, ...data: number[]): Uint8Array {
  return Uint8Array.of(length & 255, length >> 8, 0, 0, ...data);
}

describe('lpm_trie', () => {
  test('finds the longest prefix', () => {
    const map = machine().create({ type: 'lpm_trie', keySize: 8, valueSize: 1, maxEntries: 8, flags: NO_PREALLOC });
    const set = (value: number, ...key: Uint8Array[]) => key.map((one) => map.set(one, Uint8Array.of(value), 0));
    set(1, prefix(8, 10, 0, 0, 0));
    set(2, prefix(16, 10, 1, 0, 0));
    set(3, prefix(32, 10, 1, 2, 3));
    set(9, prefix(0, 0, 0, 0, 0));
    const find = (...address: number[]) => map.get(prefix(32, ...address))?.[0];
    expect([find(10, 9, 9, 9), find(10, 1, 9, 9), find(10, 1, 2, 3), find(11, 0, 0, 0)]).toEqual([1, 2, 3, 9]);
    expect(map.get(prefix(12, 10, 0, 0, 0))?.[0]).toBe(1);
  });

  test('keeps 2048 bits apart to the last one', () => {
    const map = machine().create({ type: 'lpm_trie', keySize: 260, maxEntries: 4000, flags: NO_PREALLOC });
    const data = new Uint8Array(256).fill(0xa5);
    const value = (number: number) => new Uint8Array(new BigUint64Array([BigInt(number)]).buffer);
    for (let length = 0; length <= 2048; length++) expect(map.set(prefix(length, ...data), value(length), 0)).toBe(0);
    data[255] = 0xa4;
    expect(map.get(prefix(2048, ...data))).toEqual(value(2047));
    data[255] = 0xa5;
    expect(map.get(prefix(2048, ...data))).toEqual(value(2048));
    expect(map.set(prefix(2049, ...data), value(0), 0)).toBe(Errno.EINVAL);
    expect(map.entries).toBe(2049);
  });

  test('needs no more memory the longer it is used', () => {
    const { memory, create } = machine();
    const map = create({ type: 'lpm_trie', keySize: 6, maxEntries: 8, flags: NO_PREALLOC });
    let used = 0;
    for (let turn = 0; turn < 300; turn++) {
      const keys = Array.from({ length: 8 }, (_, at) => prefix(16, (turn * 37 + at * 29) & 255, at * 31));
      for (const key of keys) expect(map.set(key, new Uint8Array(8), 1)).toBe(0);
      expect(map.set(prefix(3, 0, 0), new Uint8Array(8), 0)).toBe(Errno.ENOSPC);
      for (const key of keys) expect(map.remove(key)).toBe(0);
      used ||= memory.used;
    }
    expect(memory.used).toBe(used);
    expect([map.entries, map.nextKey(undefined)]).toEqual([0, undefined]);
  });
});

test('common bits are counted as one by one', () => {
  const bytes = fc.uint8Array({ minLength: 9, maxLength: 9 });
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(71), { maxLength: 3 }), fc.nat(72), (left, flips, limit) => {
      const right = left.slice();
      for (const bit of flips) right[bit >> 3] = (right[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7));
      const view = new DataView(Uint8Array.of(...left, ...right).buffer);
      let expected = 0;
      while (expected < limit && bitAt(view, 0, expected) === bitAt(view, 9, expected)) expected += 1;
      expect(commonBits(view, 0, 9, limit)).toBe(expected);
    }),
  );
});
