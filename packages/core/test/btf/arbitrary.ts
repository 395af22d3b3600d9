import fc from 'fast-check';
import type { BtfType } from '../../src/btf/types.ts';

const name = fc.oneof(fc.constant(''), fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,12}$/), fc.constant('größe'));
const u32 = fc.oneof(fc.nat(64), fc.integer({ min: 0, max: 0xffffffff }));
const linkage = fc.constantFrom('static', 'global', 'extern');
const attribute = fc.oneof(fc.constant({}), fc.constant({ attribute: true }));

/** Any type whose references are ids below `count`. */
export function anyType(count: number): fc.Arbitrary<BtfType> {
  const type = fc.nat(count - 1);
  const member = fc.record({ name, type, bitOffset: fc.nat(0xffffff), bitSize: fc.oneof(fc.constant(0), fc.nat(255)) });
  const wideMember = fc.record({ name, type, bitOffset: u32, bitSize: fc.constant(0) });
  const enumerator = (min: bigint, max: bigint) => fc.record({ name, value: fc.bigInt({ min, max }) });
  const enumeration = (kind: 'enum' | 'enum64', signed: boolean, min: bigint, max: bigint) =>
    fc.record({
      kind: fc.constant(kind),
      name,
      size: fc.constantFrom(1, 2, 4, 8),
      signed: fc.constant(signed),
      values: fc.array(enumerator(min, max), { maxLength: 5 }),
    });
  return fc.oneof(
    fc.constantFrom(1, 2, 4, 8, 16).chain((size) =>
      fc.record({
        kind: fc.constant('int' as const),
        name,
        size: fc.constant(size),
        bits: fc.integer({ min: 1, max: Math.min(size * 8, 255) }),
        bitOffset: fc.nat(255),
        signed: fc.boolean(),
        char: fc.boolean(),
        bool: fc.boolean(),
      }),
    ),
    fc.record({ kind: fc.constant('ptr' as const), type }),
    fc.record({ kind: fc.constant('array' as const), type, indexType: type, length: u32 }),
    fc.record({
      kind: fc.constantFrom('struct' as const, 'union' as const),
      name,
      size: u32,
      members: fc.oneof(fc.array(member, { maxLength: 5 }), fc.array(wideMember, { maxLength: 5 })),
    }),
    enumeration('enum', false, 0n, 2n ** 32n - 1n),
    enumeration('enum', true, -(2n ** 31n), 2n ** 31n - 1n),
    enumeration('enum64', false, 0n, 2n ** 64n - 1n),
    enumeration('enum64', true, -(2n ** 63n), 2n ** 63n - 1n),
    fc.record({ kind: fc.constant('fwd' as const), name, of: fc.constantFrom('struct' as const, 'union' as const) }),
    fc.record({ kind: fc.constant('typedef' as const), name, type }),
    fc.record({ kind: fc.constantFrom('const' as const, 'volatile' as const, 'restrict' as const), type }),
    fc.record({ kind: fc.constant('func' as const), name, type, linkage }),
    fc.record({
      kind: fc.constant('func_proto' as const),
      returns: type,
      parameters: fc.array(fc.record({ name, type }), { maxLength: 5 }),
    }),
    fc.record({ kind: fc.constant('var' as const), name, type, linkage }),
    fc.record({
      kind: fc.constant('datasec' as const),
      name,
      size: u32,
      variables: fc.array(fc.record({ type, offset: u32, size: u32 }), { maxLength: 5 }),
    }),
    fc.record({ kind: fc.constant('float' as const), name, size: fc.constantFrom(2, 4, 8, 12, 16) }),
    fc
      .tuple(
        fc.record({ kind: fc.constant('decl_tag' as const), name, type, component: fc.integer({ min: -1, max: 9 }) }),
        attribute,
      )
      .map(([tag, more]) => ({ ...tag, ...more })),
    fc
      .tuple(fc.record({ kind: fc.constant('type_tag' as const), name, type }), attribute)
      .map(([tag, more]) => ({ ...tag, ...more })),
  );
}

/** A list of types that refer to each other in any way, cycles included. */
export const anyTypes: fc.Arbitrary<BtfType[]> = fc
  .integer({ min: 1, max: 30 })
  .chain((count) => fc.array(anyType(count + 1), { minLength: count, maxLength: count }));
