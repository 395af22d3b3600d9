import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SkepError } from '../../src/base/errors.ts';
import { Btf } from '../../src/btf/reader.ts';
import type { BtfType } from '../../src/btf/types.ts';
import { BtfBuilder } from '../../src/btf/writer.ts';
import { anyTypes } from './arbitrary.ts';
import { int, Types } from './types.ts';

function build(types: readonly BtfType[], base?: Btf): Uint8Array {
  const builder = new BtfBuilder(base);
  for (const type of types) builder.add(type);
  return builder.finish();
}

function listOf(btf: Btf): BtfType[] {
  return Array.from({ length: btf.count - btf.firstId }, (_, index) => btf.type(btf.firstId + index));
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

describe('writer and reader are inverses', () => {
  test('over any types', () => {
    fc.assert(
      fc.property(anyTypes, (types) => {
        expect(listOf(Btf.parse(build(types)))).toEqual(types);
      }),
    );
  });

  test('over any types, split over a base', () => {
    fc.assert(
      fc.property(anyTypes, anyTypes, (baseTypes, types) => {
        const base = Btf.parse(build(baseTypes));
        const split = Btf.parse(build(types, base), base);
        expect(split.firstId).toBe(base.count);
        expect(listOf(split)).toEqual(types);
        expect(split.type(1)).toEqual(baseTypes[0]);
      }),
    );
  });

  test('every type is found by its name', () => {
    fc.assert(
      fc.property(anyTypes, (types) => {
        const btf = Btf.parse(build(types));
        const names = new Set(types.map((type) => ('name' in type ? type.name : '')).filter((name) => name !== ''));
        // Twice, because the first lookups scan and the later ones use a table.
        for (const name of [...names, ...names]) {
          const ids = types.flatMap((type, index) => ('name' in type && type.name === name ? [index + 1] : []));
          expect(btf.findAll(name)).toEqual(ids);
          expect(btf.findByName(name)).toBe(ids[0]);
          const last = ids.at(-1) as number;
          expect(btf.kind(btf.findByName(name, btf.kind(last)) as number)).toBe(btf.kind(last));
        }
        expect(btf.findByName('no such name')).toBe(undefined);
      }),
    );
  });

  test('equal strings are stored once', () => {
    const once = build([int('u32', 4)]);
    const twice = build([int('u32', 4), int('u32', 4)]);
    expect(twice.length - once.length).toBe(16);
  });

  test('a type can be replaced when what it refers to is known', () => {
    const builder = new BtfBuilder();
    const list = builder.add({ kind: 'fwd', name: 'list', of: 'struct' });
    const pointer = builder.add({ kind: 'ptr', type: list });
    const members = [{ name: 'next', type: pointer, bitOffset: 0, bitSize: 0 }];
    builder.replace(list, { kind: 'struct', name: 'list', size: 8, members });
    const btf = Btf.parse(builder.finish());
    expect(btf.type(list)).toEqual({ kind: 'struct', name: 'list', size: 8, members });
    expect(failure(() => builder.replace(9, int('u8', 1))).code).toBe('SKEP_BAD_BTF');
  });

  test('the bytes may stand at an odd address', () => {
    const bytes = build([int('u32', 4)]);
    const moved = new Uint8Array(bytes.length + 1);
    moved.set(bytes, 1);
    expect(Btf.parse(moved.subarray(1)).name(1)).toBe('u32');
  });
});

describe('sizes', () => {
  const types = new Types();
  const counters = types.struct('counters', 16, { packets: [types.u64, 0], bytes: [types.u64, 8] });
  const constant = types.builder.add({ kind: 'const', type: types.typedef('c_t', counters) });
  const tagged = types.builder.add({ kind: 'type_tag', name: 'kptr', type: constant });
  const table = types.array(types.array(tagged, 3), 2);
  const variable = types.builder.add({ kind: 'var', name: 'v', type: table, linkage: 'global' });
  const huge = types.array(types.array(types.u64, 0xffffffff), 0xffffffff);
  const forward = types.builder.add({ kind: 'fwd', name: 'later', of: 'union' });
  const btf = types.btf();

  test('follow typedefs, qualifiers, tags and arrays', () => {
    expect(btf.sizeOf(tagged)).toBe(16);
    expect(btf.strip(tagged)).toBe(counters);
    expect(btf.sizeOf(variable)).toBe(96);
    expect(btf.sizeOf(types.pointer)).toBe(8);
  });

  test('are refused where there are none', () => {
    expect(failure(() => btf.sizeOf(0)).message).toMatch('type 0 has no size');
    expect(failure(() => btf.sizeOf(forward)).message).toMatch('(later) has no size');
    expect(failure(() => btf.sizeOf(huge)).message).toMatch('too large');
    expect(failure(() => btf.sizeOf(9999)).message).toBe(`type 9999 does not exist`);
  });
});

/** A BTF of one record given as words, with the strings `\0a\0`. */
function raw(...words: number[]): Uint8Array {
  const bytes = new Uint8Array(24 + words.length * 4 + 3);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xeb9f, true);
  view.setUint8(2, 1);
  view.setUint32(4, 24, true);
  view.setUint32(12, words.length * 4, true);
  view.setUint32(16, words.length * 4, true);
  view.setUint32(20, 3, true);
  words.forEach((word, index) => {
    view.setUint32(24 + index * 4, word, true);
  });
  bytes[bytes.length - 2] = 0x61;
  return bytes;
}

function patched(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = bytes.slice();
  new DataView(copy.buffer).setUint32(at, value, true);
  return copy;
}

describe('hostile input', () => {
  const good = raw(1, 0x01000000, 4, 32);

  test.each<[what: string, bytes: Uint8Array, offset: number, message: RegExp]>([
    ['nothing', new Uint8Array(0), 0, /shorter than its header/],
    ['another magic', patched(good, 0, 0x01001234), 0, /magic/],
    ['big-endian', Uint8Array.from([0xeb, 0x9f, 1, 0, ...new Array(20).fill(0)]), 0, /big-endian/],
    ['another version', patched(good, 0, 0x0002eb9f), 2, /version 2/],
    ['a header longer than the file', patched(good, 4, 1000), 4, /header of 1000 bytes/],
    ['a header of 2^32-1', patched(good, 4, 0xffffffff), 4, /header of 4294967295 bytes/],
    ['types past the end', patched(good, 12, 0xfffffff0), 8, /types of the BTF reach past/],
    ['strings past the end', patched(good, 16, 0xfffffff0), 16, /strings of the BTF reach past/],
    ['no strings', patched(good, 20, 0), 40, /not closed/],
    ['strings without an end', patched(good, 20, 2), 40, /not closed/],
    ['a record cut off', patched(good, 12, 8), 24, /cut off/],
    ['an integer cut off', patched(good, 12, 12), 24, /takes 16 bytes, 12 are left|cut off/],
    ['a kind that does not exist', raw(1, 0x14000000, 0), 28, /kind 20/],
    ['void as a record', raw(1, 0, 0), 28, /kind 0/],
    ['65535 members', raw(1, 0x0400ffff, 0), 24, /cut off/],
  ])('%s', (_, bytes, offset, message) => {
    const error = failure(() => Btf.parse(bytes));
    expect(error.code).toBe('SKEP_BAD_BTF');
    expect(`${error.message} ${error.reason}`).toMatch(message);
    expect(error.place.offset).toBe(offset);
  });

  test.each<[what: string, bytes: Uint8Array, message: RegExp]>([
    ['a type id out of range', raw(0, 0x02000000, 7), /type 7 does not exist/],
    ['a type id of 2^32-1', raw(0, 0x02000000, 0xffffffff), /type 4294967295 does not exist/],
    ['a name out of range', raw(3, 0x01000000, 4, 32), /string 3 does not exist/],
    ['a name at 2^32-1', raw(0xffffffff, 0x01000000, 4, 32), /string 4294967295 does not exist/],
    ['an integer of 3 bytes', raw(1, 0x01000000, 3, 24), /size 3 and 24 bits/],
    ['an integer with too many bits', raw(1, 0x01000000, 4, 33), /size 4 and 33 bits/],
    ['an enumeration of 3 bytes', raw(1, 0x06000000, 3), /size 3/],
    ['an unknown linkage', raw(1, 0x0c000003, 0), /linkage 3/],
  ])('%s is refused when the type is asked for', (_, bytes, message) => {
    const btf = Btf.parse(bytes);
    const error = failure(() => btf.type(1));
    expect(error.code).toBe('SKEP_BAD_BTF');
    expect(error.message).toMatch(message);
  });

  test('types that contain themselves end', () => {
    const btf = Btf.parse(
      build([
        { kind: 'typedef', name: 'a', type: 2 },
        { kind: 'const', type: 1 },
        { kind: 'array', type: 3, indexType: 3, length: 1 },
      ]),
    );
    expect(failure(() => btf.strip(1)).message).toBe('type 1 (a) is endless');
    expect(failure(() => btf.sizeOf(1)).message).toBe('type 1 (a) is endless');
    expect(failure(() => btf.sizeOf(3)).message).toBe('type 3 is endless');
  });

  test('names that share the tail of one long string are refused, not read again and again', () => {
    const count = 20_000;
    const long = 'x'.repeat(count);
    const bytes = build(Array.from({ length: count }, (_, index) => int(index === 0 ? long : '', 1)));
    const view = new DataView(bytes.buffer);
    for (let index = 0; index < count; index += 1) view.setUint32(24 + index * 16, 1 + index, true);
    const btf = Btf.parse(bytes);
    const error = failure(() => listOf(btf));
    expect(error.message).toMatch('overlap');
    expect(btf.findByName('x')).toBe(count);
    expect(btf.findAll('xy')).toEqual([]);
    expect(btf.findAll('xx')).toEqual([count - 1]);
  });

  test('what cannot be written is refused', () => {
    expect(failure(() => build([{ kind: 'float', name: 'a\0b', size: 4 }])).message).toMatch('zero byte');
    const values = Array.from({ length: 65536 }, () => ({ name: 'a', value: 0n }));
    expect(failure(() => build([{ kind: 'enum', name: 'e', size: 4, signed: false, values }])).message).toMatch(
      '65536 parts',
    );
    const far = [{ name: 'm', type: 0, bitOffset: 2 ** 24, bitSize: 1 }];
    expect(failure(() => build([{ kind: 'struct', name: 's', size: 4, members: far }])).message).toMatch('member m');
  });
});
