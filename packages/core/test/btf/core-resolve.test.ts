import { describe, expect, test } from 'vitest';
import { CoreKind, type CoreQuery, type CoreResult } from '../../src/btf/core-relocation.ts';
import { resolveCoreRelocation } from '../../src/btf/core-resolve.ts';
import { Btf } from '../../src/btf/reader.ts';
import type { TypeId } from '../../src/btf/types.ts';
import { BtfBuilder } from '../../src/btf/writer.ts';
import { int, Types } from './types.ts';

/** BTF with one type, made by `build`, and that type's id. */
function btfOf(build: (types: Types) => TypeId): { btf: Btf; type: TypeId } {
  const types = new Types();
  const type = build(types);
  return { btf: types.btf(), type };
}

/** Asks `kind` about `access` of the type that `here` builds, in the BTF that `there` builds. */
function ask(
  here: (types: Types) => TypeId,
  there: (types: Types) => unknown,
  kind: keyof typeof CoreKind,
  access = '0',
): CoreResult {
  const { btf, type } = btfOf(here);
  const types = new Types();
  there(types);
  return resolveCoreRelocation(btf, { type, access, kind: CoreKind[kind] }, [types.btf()]);
}

const value = (number: number | bigint) => expect.objectContaining({ status: 'value', value: BigInt(number) });
const failed = (reason: string | RegExp) =>
  expect.objectContaining({ status: 'failed', reason: expect.stringMatching(reason) });

describe('fields', () => {
  const local = (t: Types): TypeId =>
    t.struct('s', 24, { a: [t.u32, 0], b: [t.array(t.u16, 4), 8], c: [t.pointer, 16], bits: [t.u32, 40, 3] });
  const target = (t: Types): TypeId => {
    const inner = t.union('', 8, { a: t.u64, other: t.u8 });
    const outer = t.struct('', 16, { c: [t.pointer, 0], _: [inner, 8] });
    return t.struct('s', 64, { pad: [t.u32, 0], _: [outer, 8], b: [t.array(t.u16, 3), 24], bits: [t.u32, 251, 10] });
  };
  const rows: [name: string, kind: keyof typeof CoreKind, access: string, expected: unknown][] = [
    ['offset through anonymous struct and union', 'FIELD_BYTE_OFFSET', '0:0', value(16)],
    ['size that differs', 'FIELD_BYTE_SIZE', '0:0', value(8)],
    ['element of an array', 'FIELD_BYTE_OFFSET', '0:1:2', value(28)],
    ['element beyond the target array', 'FIELD_BYTE_OFFSET', '0:1:3', failed('only 3 elements')],
    ['element beyond the target array does not exist', 'FIELD_EXISTS', '0:1:3', value(0)],
    ['whole array', 'FIELD_BYTE_SIZE', '0:1', value(6)],
    ['pointer', 'FIELD_BYTE_OFFSET', '0:2', value(8)],
    ['element of an array of root types', 'FIELD_BYTE_OFFSET', '2:2', value(136)],
    ['bit field that no word holds', 'FIELD_BYTE_SIZE', '0:3', failed('no aligned word')],
    ['bit field that no word holds exists', 'FIELD_EXISTS', '0:3', value(1)],
    ['sign', 'FIELD_SIGNED', '0:0', value(0)],
  ];
  test.each(rows)('%s', (_, kind, access, expected) => {
    expect(ask(local, target, kind, access)).toEqual(expected);
  });

  test.each([
    ['in one word', 36, 3, [4, 4, 57, 61]],
    ['across words of 4 bytes', 28, 10, [0, 8, 26, 54]],
    ['a whole word', 32, 32, [4, 4, 32, 32]],
  ] as const)('bit field %s', (_, offset, bits, [byteOffset, byteSize, left, right]) => {
    const there = (t: Types): TypeId => t.struct('s', 64, { bits: [t.u32, offset, bits] });
    expect(ask(local, there, 'FIELD_BYTE_OFFSET', '0:3')).toEqual(value(byteOffset));
    expect(ask(local, there, 'FIELD_BYTE_SIZE', '0:3')).toEqual(value(byteSize));
    expect(ask(local, there, 'FIELD_LSHIFT_U64', '0:3')).toEqual(value(left));
    expect(ask(local, there, 'FIELD_RSHIFT_U64', '0:3')).toEqual(value(right));
  });

  test('a flexible array has any element, where it is last', () => {
    const flexible = (t: Types): TypeId => t.struct('f', 4, { n: [t.u32, 0], data: [t.array(t.u16, 0), 4] });
    const inside = (t: Types): TypeId => t.struct('f', 8, { data: [t.array(t.u16, 0), 4], n: [t.u32, 4] });
    expect(ask(flexible, flexible, 'FIELD_BYTE_OFFSET', '0:1:1000')).toEqual(value(2004));
    expect(ask(flexible, inside, 'FIELD_BYTE_OFFSET', '0:1:0')).toEqual(failed('only 0 elements'));
  });

  test('pointers of a 32-bit kernel have 4 bytes', () => {
    const there = (t: Types): TypeId => {
      t.builder.add(int('long', 4));
      return t.struct('s', 16, { c: [t.pointer, 4], b: [t.array(t.pointer, 2), 8] });
    };
    const here = (t: Types): TypeId => t.struct('s', 24, { c: [t.pointer, 0], b: [t.array(t.pointer, 2), 8] });
    expect(ask(here, there, 'FIELD_BYTE_SIZE', '0:0')).toEqual(value(4));
    expect(ask(here, there, 'FIELD_BYTE_OFFSET', '0:1:1')).toEqual(value(12));
  });

  test.each([
    ['struct for union', (t: Types) => t.struct('x', 4, {}), (t: Types) => t.union('y', 4, {}), true],
    ['integer of any size', (t: Types) => t.u8, (t: Types) => t.i64, true],
    ['pointer to anything', (t: Types) => t.pointer, (t: Types) => t.pointer, true],
    ['float of any size', (t: Types) => t.float, (t: Types) => t.double, true],
    ['integer for pointer', (t: Types) => t.u64, (t: Types) => t.pointer, false],
    ['enum of another name', (t: Types) => t.enumeration('e', {}), (t: Types) => t.enumeration('f', {}), false],
    ['enum of no name', (t: Types) => t.enumeration('e', {}), (t: Types) => t.enumeration('', {}), true],
    ['enum of a flavour', (t: Types) => t.enumeration('e___x', {}), (t: Types) => t.enumeration('e', {}, 8), true],
    ['array of another length', (t: Types) => t.array(t.u8, 3), (t: Types) => t.array(t.u16, 1), true],
    ['array for its element', (t: Types) => t.array(t.u8, 3), (t: Types) => t.u8, false],
  ] as const)('types of fields: %s', (_, here, there, agree) => {
    const result = ask(
      (t) => t.struct('s', 8, { f: [here(t), 0] }),
      (t) => t.struct('s', 8, { f: [there(t), 0] }),
      'FIELD_EXISTS',
      '0:0',
    );
    expect(result).toEqual(value(agree ? 1 : 0));
  });

  test.each([
    ['unsigned integers may be resized', (t: Types) => t.u16, (t: Types) => t.u64, undefined],
    ['signed ones not', (t: Types) => t.i16, (t: Types) => t.i64, 'it has 8 bytes there instead of 2'],
    ['one sign is enough', (t: Types) => t.u16, (t: Types) => t.i64, 'it has 8 bytes there instead of 2'],
    ['structs not', (t: Types) => t.struct('x', 4, {}), (t: Types) => t.struct('x', 8, {}), 'it has 8 bytes'],
    ['the same size may be signed', (t: Types) => t.u64, (t: Types) => t.i64, undefined],
  ] as const)('loads and stores: %s', (_, here, there, obstacle) => {
    const result = ask(
      (t) => t.struct('s', 8, { f: [here(t), 0] }),
      (t) => t.struct('s', 8, { f: [there(t), 0] }),
      'FIELD_BYTE_OFFSET',
      '0:0',
    );
    const found = result.status === 'value' ? result.access : undefined;
    expect(found?.obstacle ?? '').toMatch(obstacle ?? /^$/);
  });

  test('what is missing names the nearest member', () => {
    const result = ask(
      (t) => t.struct('task', 8, { state: [t.u32, 0] }),
      (t) => t.struct('task', 8, { _: [t.struct('', 8, { __state: [t.u32, 0] }), 0] }),
      'FIELD_BYTE_OFFSET',
      '0:0',
    );
    expect(result).toEqual({
      status: 'failed',
      what: 'field struct task.state does not exist in the target',
      reason: 'struct task has no member state there',
      remedy: expect.stringContaining('guard the access'),
    });
    const near = ask(
      (t) => t.struct('task', 8, { group_leadr: [t.u32, 0] }),
      (t) => t.struct('task', 8, { group_leader: [t.u32, 0] }),
      'FIELD_BYTE_OFFSET',
      '0:0',
    );
    expect(near).toMatchObject({ remedy: "did you mean 'group_leader'?" });
  });
});

describe('candidates', () => {
  const one = (name: string, offset: number) => (t: Types) => t.struct(name, 64, { f: [t.u32, offset] });
  test.each([
    ['a___b', 'a', true],
    ['a', 'a___b', true],
    ['a___b', 'a___c', true],
    ['a___b___c', 'a___b', true],
    ['a___b___c', 'a', false],
    ['a____b', 'a', false],
    ['___b', 'b', false],
    ['a___', 'a', false],
  ])('%s is found as %s: %s', (here, there, found) => {
    expect(ask(one(here, 0), one(there, 8), 'FIELD_EXISTS', '0:0')).toEqual(value(found ? 1 : 0));
  });

  test.each(Array.from({ length: 9 }, (_, length) => [length + 1]))(
    'with a flavour are found after %i letters',
    (length) => {
      const name = 'x'.repeat(length);
      const there = (t: Types): void => {
        one('_a__b_', 0)(t);
        one('__some__name__', 0)(t);
        one(`${name}___flavour`, 8)(t);
      };
      expect(ask(one(name, 0), there, 'FIELD_BYTE_OFFSET', '0:0')).toEqual(value(8));
    },
  );

  test('of another kind are none', () => {
    const union = (t: Types): TypeId => t.union('s', 4, { f: t.u32 });
    expect(ask(one('s', 0), union, 'FIELD_EXISTS', '0:0')).toEqual(value(0));
  });

  test('that agree are one', () => {
    const two = (t: Types): void => void [one('s', 8)(t), one('s', 8)(t)];
    expect(ask(one('s', 0), two, 'FIELD_BYTE_OFFSET', '0:0')).toEqual(value(8));
  });

  test('that disagree are an error', () => {
    const two = (t: Types): void => void [one('s', 8)(t), one('s___v2', 16)(t)];
    expect(() => ask(one('s', 0), two, 'FIELD_BYTE_OFFSET', '0:0')).toThrow(
      expect.objectContaining({
        code: 'SKEP_CORE_RELOCATION',
        message: 'field struct s.f is ambiguous in the target',
        reason: expect.stringMatching(/struct s, type \d+, gives 8 .*struct s___v2, type \d+, gives 16/),
      }),
    );
  });

  test.each([
    ['another size', (t: Types) => t.struct('s', 8, { f: [t.u64, 0] })],
    ['a bit field', (t: Types) => t.struct('s', 8, { f: [t.u32, 0, 4] })],
  ])('that agree on the place but not on %s cannot be read by one load', (_, other) => {
    for (const order of [
      [one('s', 0), other],
      [other, one('s', 0)],
    ]) {
      const there = (t: Types): void => order.forEach((build) => void build(t));
      const result = ask(one('s', 0), there, 'FIELD_BYTE_OFFSET', '0:0');
      expect(result).toMatchObject({ status: 'value', access: { obstacle: expect.stringContaining('disagree') } });
    }
  });

  test('without the field do not count', () => {
    const two = (t: Types): void => void [t.struct('s', 8, { g: [t.u32, 0] }), one('s', 16)(t)];
    expect(ask(one('s', 0), two, 'FIELD_BYTE_OFFSET', '0:0')).toEqual(value(16));
  });

  test('in modules count where the kernel has none, and are equals', () => {
    const kernel = btfOf(one('in_kernel', 8)).btf;
    const module = (offset: number, ...names: string[]): Btf => {
      const builder = new BtfBuilder(kernel);
      const u32 = kernel.findByName('u32') ?? 0;
      for (const name of names) {
        const members = [{ name: 'f', type: u32, bitOffset: offset * 8, bitSize: 0 }];
        builder.add({ kind: 'struct', name, size: 64, members });
      }
      return Btf.parse(builder.finish(), kernel);
    };
    const targets = [kernel, module(16, 'in_kernel', 'in_module', 'in_both'), module(24, 'in_both', 'flavour___x')];
    const offsetOf = (name: string): CoreResult => {
      const { btf, type } = btfOf(one(name, 0));
      return resolveCoreRelocation(btf, { type, access: '0:0', kind: CoreKind.FIELD_BYTE_OFFSET }, targets);
    };
    expect(offsetOf('in_kernel')).toEqual(value(8));
    expect(offsetOf('in_module')).toEqual(value(16));
    expect(offsetOf('flavour')).toEqual(value(24));
    expect(() => offsetOf('in_both')).toThrow('ambiguous');
  });
});

describe('enumerators', () => {
  const local = (t: Types): TypeId => t.enumeration('e', { A: 1, B___old: 2, C: 3 });
  const target = (t: Types): TypeId => t.enumeration('e', { B: 0x123456789abcdefn, A: -1n }, 8, true);
  test.each([
    ['value', 'ENUMVAL_VALUE', '0', value(-1n)],
    ['value of 64 bits, its flavour left out', 'ENUMVAL_VALUE', '1', value(0x123456789abcdefn)],
    ['it exists', 'ENUMVAL_EXISTS', '1', value(1)],
    ['it does not exist', 'ENUMVAL_EXISTS', '2', value(0)],
    ['no value', 'ENUMVAL_VALUE', '2', failed('enum e has no enumerator C')],
  ] as const)('%s', (_, kind, access, expected) => {
    expect(ask(local, target, kind, access)).toEqual(expected);
  });

  test('large values are negative where BTF tells no signs', () => {
    const old = (t: Types): TypeId => t.enumeration('e', { A: 0xfffffffd });
    const recent = (t: Types): TypeId => {
      t.enumeration('other', { X: -1n }, 4, true);
      return old(t);
    };
    expect(ask(local, old, 'ENUMVAL_VALUE')).toEqual(value(-3));
    expect(ask(local, recent, 'ENUMVAL_VALUE')).toEqual(value(0xfffffffd));
  });
});

describe('types', () => {
  const pointerTo = (t: Types, type: TypeId): TypeId => t.builder.add({ kind: 'ptr', type });
  const callback = (t: Types, ...types: TypeId[]): TypeId => {
    const parameters = types.map((type) => ({ name: 'p', type }));
    return t.typedef('f', pointerTo(t, t.builder.add({ kind: 'func_proto', returns: t.i32, parameters })));
  };
  type Build = (types: Types) => TypeId;
  const rows: [name: string, here: Build, there: Build, exists: boolean, matches: boolean][] = [
    ['the same', (t) => t.struct('s', 4, { a: [t.u32, 0] }), (t) => t.struct('s', 4, { a: [t.u32, 0] }), true, true],
    ['another member', (t) => t.struct('s', 4, { a: [t.u32, 0] }), (t) => t.struct('s', 4, {}), true, false],
    ['more members', (t) => t.struct('s', 4, {}), (t) => t.struct('s', 4, { a: [t.u32, 0] }), true, true],
    [
      'a smaller member',
      (t) => t.struct('s', 4, { a: [t.u32, 0] }),
      (t) => t.struct('s', 4, { a: [t.u16, 0] }),
      true,
      false,
    ],
    ['fewer enumerators', (t) => t.enumeration('e', { A: 1 }), (t) => t.enumeration('e', {}), true, false],
    ['other values', (t) => t.enumeration('e', { A: 1 }), (t) => t.enumeration('e', { A: 2 }), true, true],
    ['a larger enum', (t) => t.enumeration('e', { A: 1 }), (t) => t.enumeration('e', { A: 1 }, 8), true, false],
    ['a typedef', (t) => t.typedef('x', t.u32), (t) => t.typedef('x', t.u32), true, true],
    ['a typedef of another size', (t) => t.typedef('x', t.u32), (t) => t.typedef('x', t.i64), true, false],
    ['a typedef of another kind', (t) => t.typedef('x', t.u32), (t) => t.typedef('x', t.pointer), false, false],
    ['an array', (t) => t.typedef('x', t.array(t.u8, 3)), (t) => t.typedef('x', t.array(t.u8, 3)), true, true],
    ['a longer array', (t) => t.typedef('x', t.array(t.u8, 3)), (t) => t.typedef('x', t.array(t.u8, 4)), true, false],
    ['parameters', (t) => callback(t, t.u32), (t) => callback(t, t.u32), true, true],
    ['more parameters', (t) => callback(t, t.u32), (t) => callback(t, t.u32, t.u32), false, false],
    ['larger parameters', (t) => callback(t, t.u32), (t) => callback(t, t.u64), true, false],
    [
      'what is behind a pointer, by name only',
      (t) => t.struct('s', 8, { p: [pointerTo(t, t.struct('q', 4, { a: [t.u32, 0] })), 0] }),
      (t) => t.struct('s', 8, { p: [pointerTo(t, t.builder.add({ kind: 'fwd', name: 'q', of: 'struct' })), 0] }),
      true,
      true,
    ],
    [
      'another name behind a pointer',
      (t) => t.struct('s', 8, { p: [pointerTo(t, t.struct('q', 4, {})), 0] }),
      (t) => t.struct('s', 8, { p: [pointerTo(t, t.struct('r', 4, {})), 0] }),
      true,
      false,
    ],
  ];
  test.each(rows)('%s', (_, here, there, exists, matches) => {
    expect(ask(here, there, 'TYPE_EXISTS')).toEqual(value(exists ? 1 : 0));
    expect(ask(here, there, 'TYPE_MATCHES')).toEqual(value(matches ? 1 : 0));
  });

  test('size and ids', () => {
    const here = (t: Types): TypeId => t.struct('s', 4, {});
    const there = (t: Types): TypeId => {
      t.array(t.u8, 3);
      return t.struct('s', 40, {});
    };
    const id = btfOf(there).type;
    expect(ask(here, there, 'TYPE_SIZE')).toEqual(value(40));
    expect(ask(here, there, 'TYPE_ID_TARGET')).toEqual(value(id));
    expect(ask(here, there, 'TYPE_ID_LOCAL')).toEqual(value(btfOf(here).type));
  });

  test('what is not there has no size, no id, and is no error', () => {
    const here = (t: Types): TypeId => t.struct('s', 4, {});
    const there = (): number => 0;
    for (const kind of ['TYPE_SIZE', 'TYPE_ID_TARGET', 'TYPE_EXISTS', 'TYPE_MATCHES'] as const) {
      expect(ask(here, there, kind)).toEqual(value(0));
    }
  });

  test('that contain themselves come to an end', () => {
    const knot: Build = (t) => {
      const first = t.builder.nextId;
      for (let index = 0; index < 40; index += 1) {
        const next = first + ((index + 1) % 40);
        t.struct(index === 0 ? 's' : '', 8, { a: [next, 0], b: [next, 0], _c: [next, 0] });
      }
      return first;
    };
    expect(ask(knot, knot, 'TYPE_MATCHES').status).toBe('value');
    const field = (t: Types): TypeId => t.struct('s', 8, { missing: [t.u32, 0] });
    expect(ask(field, knot, 'FIELD_EXISTS', '0:0')).toEqual(value(0));
  });
});

describe('records that no compiler writes are refused', () => {
  const local = btfOf((t) => t.struct('s', 8, { a: [t.u32, 0], b: [t.array(t.u8, 2), 4] }));
  const rows: [name: string, query: Partial<CoreQuery>, code: string][] = [
    ['no path', { access: 'a' }, 'SKEP_BAD_OBJECT'],
    ['an empty path', { access: '' }, 'SKEP_BAD_OBJECT'],
    ['a member that is not there', { access: '0:2' }, 'SKEP_BAD_OBJECT'],
    ['an element that is not there', { access: '0:1:2' }, 'SKEP_BAD_OBJECT'],
    ['a part of an integer', { access: '0:0:0' }, 'SKEP_BAD_OBJECT'],
    ['an index of 2^32 - 1', { access: '4294967295:0' }, 'SKEP_BAD_OBJECT'],
    ['an element of root types beyond 2^32 bytes', { access: '4294967295' }, 'SKEP_BAD_OBJECT'],
    ['a long path', { access: `0${':0'.repeat(64)}` }, 'SKEP_BAD_OBJECT'],
    ['an unknown kind', { kind: 13 }, 'SKEP_BAD_OBJECT'],
    ['a path into a type', { access: '0:1', kind: CoreKind.TYPE_SIZE }, 'SKEP_BAD_OBJECT'],
    ['an enumerator of a struct', { access: '0', kind: CoreKind.ENUMVAL_VALUE }, 'SKEP_BAD_OBJECT'],
    ['a type without a name', { type: 0 }, 'SKEP_CORE_RELOCATION'],
    ['a type that is not there', { type: 0xffffffff }, 'SKEP_BAD_BTF'],
  ];
  test.each(rows)('%s', (_, query, code) => {
    const whole = { type: local.type, access: '0:0', kind: CoreKind.FIELD_BYTE_OFFSET, ...query };
    expect(() => resolveCoreRelocation(local.btf, whole, [local.btf])).toThrow(expect.objectContaining({ code }));
  });
});
