import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SkepError } from '../../src/base/errors.ts';
import { parseJson, stringifyJson } from '../../src/base/json.ts';
import type { Btf } from '../../src/btf/reader.ts';
import type { TypeId } from '../../src/btf/types.ts';
import { decodeValue, encodeValue, formatValue, parseValue, type Value } from '../../src/btf/value.ts';
import { Types } from './types.ts';

/** A type that is added to a builder; `size` in bytes. */
type Recipe = (target: Types) => { id: TypeId; size: number };

/** Types whose value says every bit. */
const exactLeaf = fc.constantFrom<Recipe>(
  (target) => ({ id: target.u8, size: 1 }),
  (target) => ({ id: target.i16, size: 2 }),
  (target) => ({ id: target.u32, size: 4 }),
  (target) => ({ id: target.i32, size: 4 }),
  (target) => ({ id: target.u64, size: 8 }),
  (target) => ({ id: target.i64, size: 8 }),
  (target) => ({ id: target.be16, size: 2 }),
  (target) => ({ id: target.be32, size: 4 }),
  (target) => ({ id: target.be64, size: 8 }),
  (target) => ({ id: target.mac, size: 6 }),
  (target) => ({ id: target.in6, size: 16 }),
  (target) => ({ id: target.pointer, size: 8 }),
  (target) => ({ id: target.enumeration('e', { A: 0, B: 1, C: -3 }, 4, true), size: 4 }),
  (target) => ({ id: target.enumeration('f', { D: 2n ** 64n - 1n }, 8), size: 8 }),
  (target) => ({
    id: target.struct('bits', 4, { x: [target.u32, 0, 3], y: [target.i32, 3, 9], z: [target.u8, 16, 7] }),
    size: 4,
  }),
);

/** Types of which several encodings mean the same: truth, NaN, what stands behind the end of a text. */
const looseLeaf = fc.constantFrom<Recipe>(
  (target) => ({ id: target.bool, size: 1 }),
  (target) => ({ id: target.float, size: 4 }),
  (target) => ({ id: target.double, size: 8 }),
  (target) => ({ id: target.array(target.char, 5), size: 5 }),
);

const leaf = fc.oneof({ weight: 3, arbitrary: exactLeaf }, looseLeaf);

const { recipe } = fc.letrec<{ recipe: Recipe }>((tie) => ({
  recipe: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.tuple(tie('recipe'), fc.nat(3)).map(
      ([make, length]): Recipe =>
        (target) => {
          const { id, size } = make(target);
          return { id: target.array(id, length), size: size * length };
        },
    ),
    tie('recipe').map(
      (make): Recipe =>
        (target) => {
          const { id, size } = make(target);
          return { id: target.typedef('t', id), size };
        },
    ),
    fc.array(tie('recipe'), { minLength: 1, maxLength: 4 }).map(
      (parts): Recipe =>
        (target) =>
          struct(target, parts),
    ),
    // Members that share bytes are exact: two loose ones can say what no bytes say.
    fc.array(fc.array(exactLeaf, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }).map(
      (parts): Recipe =>
        (target) =>
          union(
            target,
            parts.map((leaves) => (inner) => struct(inner, leaves)),
          ),
    ),
  ),
}));

function struct(target: Types, parts: readonly Recipe[]): { id: TypeId; size: number } {
  let size = 0;
  const members = parts.map((make, index) => {
    const part = make(target);
    const offset = size;
    size += part.size;
    return [`m${index}`, [part.id, offset]] as const;
  });
  return { id: target.struct('s', size, Object.fromEntries(members)), size };
}

function union(target: Types, parts: readonly Recipe[]): { id: TypeId; size: number } {
  const made = parts.map((make) => make(target));
  const size = Math.max(...made.map((part) => part.size));
  const members = made.map((part, index) => [`m${index}`, part.id] as const);
  return { id: target.union('u', size, Object.fromEntries(members)), size };
}

/** A type and bytes of its size, text and zeroes among them. */
const typed: fc.Arbitrary<{ btf: Btf; id: TypeId; data: Uint8Array }> = recipe.chain((make) => {
  const target = new Types();
  const { id, size } = make(target);
  const byte = fc.oneof(fc.nat(255), fc.constantFrom(0, 0, 0x61, 0x62));
  return fc
    .array(byte, { minLength: size, maxLength: size })
    .map((data) => ({ btf: target.btf(), id, data: Uint8Array.from(data) }));
});

describe('over random types and bytes', () => {
  test('what is decoded is encoded to bytes that decode alike', () => {
    fc.assert(
      fc.property(typed, ({ btf, id, data }) => {
        const value = decodeValue(btf, id, data);
        expect(decodeValue(btf, id, encodeValue(btf, id, value))).toEqual(value);
      }),
      { numRuns: 300 },
    );
  });

  test('through JSON too', () => {
    fc.assert(
      fc.property(typed, ({ btf, id, data }) => {
        const value = decodeValue(btf, id, data);
        const read = parseJson(stringifyJson(value)) as Value;
        expect(decodeValue(btf, id, encodeValue(btf, id, read))).toEqual(value);
      }),
      { numRuns: 300 },
    );
  });

  test('and as text for people', () => {
    fc.assert(
      fc.property(typed, ({ btf, id, data }) => {
        const value = decodeValue(btf, id, data);
        expect(decodeValue(btf, id, parseValue(btf, id, formatValue(value)))).toEqual(value);
      }),
      { numRuns: 300 },
    );
  });
});

test('text of any kind is taken or refused with SKEP_BAD_VALUE', () => {
  const target = new Types();
  const counters = target.struct('counters', 16, { packets: [target.u64, 0], bytes: [target.u64, 8] });
  const ids = [target.u32, target.be32, counters, target.array(target.u16, 3), target.array(target.char, 8)];
  const btf = target.btf();
  const text = fc.oneof(fc.string(), fc.stringMatching(/^[{}[\],:=" a-c0-9x.\\]*$/));
  fc.assert(
    fc.property(fc.constantFrom(...ids), text, (id, typedText) => {
      try {
        parseValue(btf, id, typedText);
      } catch (error) {
        expect(error).toBeInstanceOf(SkepError);
        expect((error as SkepError).code).toBe('SKEP_BAD_VALUE');
      }
    }),
    { numRuns: 500 },
  );
});
