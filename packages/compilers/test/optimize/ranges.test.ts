import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type BinaryOperator,
  type CompareOperator,
  type DataType,
  FunctionBuilder,
  type Interval,
  IrFunction,
  type Value,
} from '../../src/ir/index.ts';
import { checkRequirements, rangesOf } from '../../src/optimize/index.ts';

const u32: DataType = { kind: 'int', name: 'u32', size: 4, encoding: 'unsigned' };
const u64: DataType = { kind: 'int', name: 'u64', size: 8, encoding: 'unsigned' };
const i32: DataType = { kind: 'int', name: 'i32', size: 4, encoding: 'signed' };

function functionOf(...parameters: DataType[]): FunctionBuilder {
  return new FunctionBuilder(
    new IrFunction({
      name: 'f',
      linkage: 'global',
      parameters: parameters.map((declared, index) => ({ name: `p${index}`, type: 'i64', declared })),
      result: { type: 'i64', declared: u64 },
    }),
  );
}

function rangeIn(builder: FunctionBuilder, value: Value, block = builder.current): [unknown, unknown] {
  const { min, max } = rangesOf(builder.finish()).at(value, block);
  return [min, max];
}

describe('intervals of', () => {
  test('a loop variable inside and behind its loop', () => {
    const build = functionOf(u32);
    const index = { name: 'i', type: 'i64' as const };
    const [head, body, done] = [build.block('head'), build.block('body'), build.block('done')];
    build.write(index, build.constant(0));
    build.jump(head);
    build.enter(head);
    const atHead = build.read(index);
    build.branch({ kind: 'compare', operator: 'slt', width: 64 }, atHead, build.constant(10), body, done);
    build.seal(body);
    build.enter(body);
    const inside = build.read(index);
    build.write(index, build.binary('add', inside, build.constant(1)));
    build.jump(head);
    build.seal(head);
    build.seal(done);
    build.enter(done);
    const behind = build.read(index);
    build.return(behind);
    const ranges = rangesOf(build.finish());
    expect(ranges.at(inside, body)).toEqual({ min: 0n, max: 9n });
    expect(ranges.at(behind, done)).toEqual({ min: 10n, max: 10n });
  });

  test('a difference, which may be negative, and its remainder as u32', () => {
    const build = functionOf(u32, u32);
    const difference = build.binary('sub', build.parameter(0), build.parameter(1));
    const wrapped = build.extend(difference, 32, false);
    build.return(wrapped);
    const ranges = rangesOf(build.finish());
    expect(ranges.at(difference)).toEqual({ min: -4294967295n, max: 4294967295n });
    expect(ranges.at(wrapped)).toEqual({ min: 0n, max: 4294967295n });
  });

  test('a bitwise result in JavaScript: signed unless a mask says otherwise', () => {
    const build = functionOf(u32, u32);
    const bits = build.binary('xor', build.parameter(0), build.parameter(1), 32);
    const asNumber = build.extend(bits, 32, true);
    const masked = build.extend(build.binary('and', bits, build.constant(31), 32), 32, true);
    build.return(masked);
    const ranges = rangesOf(build.finish());
    expect(ranges.at(asNumber)).toEqual({ min: -2147483648n, max: 2147483647n });
    expect(ranges.at(masked)).toEqual({ min: 0n, max: 31n });
  });

  test('a sum of two u64, which may pass 64 bits', () => {
    const build = functionOf(u64, u64);
    const sum = build.binary('add', build.parameter(0), build.parameter(1));
    build.return(sum);
    expect(rangeIn(build, sum)).toEqual([0n, 2n ** 65n - 2n]);
  });

  test('what was compared with a sum', () => {
    const build = functionOf(u32);
    const length = build.parameter(0);
    const [yes, no] = [build.block('yes'), build.block('no')];
    const sum = build.binary('add', length, build.constant(14));
    build.branch({ kind: 'compare', operator: 'ult', width: 64 }, sum, build.constant(100), yes, no);
    build.enter(no);
    build.return(length);
    build.enter(yes);
    build.return(length);
    expect(rangeIn(build, length, yes)).toEqual([0n, 85n]);
  });
});

describe('requirements', () => {
  function reported(limit: number, requirement: { max?: bigint; notZero?: boolean }): Interval[] {
    const build = functionOf(u32);
    const found: Interval[] = [];
    const [small, large] = [build.block('small'), build.block('large')];
    const value = build.parameter(0);
    build.branch({ kind: 'compare', operator: 'ult', width: 64 }, value, build.constant(limit), small, large);
    build.enter(large);
    build.return(value);
    build.enter(small);
    build.require(value, { ...requirement, report: (range) => void found.push(range) });
    build.return(value);
    checkRequirements(build.finish());
    return found;
  }
  test('that hold say nothing', () => expect(reported(10, { max: 9n })).toEqual([]));
  test('that do not hold report the range', () => expect(reported(11, { max: 9n })).toEqual([{ min: 0n, max: 10n }]));
  test('see a possible zero', () => expect(reported(5, { notZero: true })).toEqual([{ min: 0n, max: 4n }]));
  test('in code that no value reaches say nothing', () => expect(reported(0, { notZero: true })).toEqual([]));
});

const binaryOperators: BinaryOperator[] = [
  'add',
  'sub',
  'mul',
  'udiv',
  'umod',
  'sdiv',
  'smod',
  'and',
  'or',
  'xor',
  'shl',
  'lshr',
  'ashr',
];

/** What an instruction does to registers, said once more (RFC 9669, section 4.1). */
function evaluate(operator: BinaryOperator, width: 32 | 64, left: bigint, right: bigint): bigint {
  const [a, b] = [BigInt.asUintN(width, left), BigInt.asUintN(width, right)];
  const [signedA, signedB] = [BigInt.asIntN(width, a), BigInt.asIntN(width, b)];
  const by = b % BigInt(width);
  const results: Record<BinaryOperator, () => bigint> = {
    add: () => a + b,
    sub: () => a - b,
    mul: () => a * b,
    udiv: () => (b === 0n ? 0n : a / b),
    umod: () => (b === 0n ? a : a % b),
    sdiv: () => (b === 0n ? 0n : signedA / signedB),
    smod: () => (b === 0n ? a : signedA % signedB),
    and: () => a & b,
    or: () => a | b,
    xor: () => a ^ b,
    shl: () => a << by,
    lshr: () => a >> by,
    ashr: () => signedA >> by,
  };
  return BigInt.asUintN(width, results[operator]());
}

const step = fc.oneof(
  fc.record({
    kind: fc.constant('binary' as const),
    operator: fc.constantFrom(...binaryOperators),
    width: fc.constantFrom(32 as const, 64 as const),
    left: fc.nat(),
    right: fc.nat(),
  }),
  fc.record({
    kind: fc.constant('extend' as const),
    bits: fc.constantFrom(8 as const, 16 as const, 32 as const),
    signed: fc.boolean(),
    left: fc.nat(),
  }),
  fc.record({
    kind: fc.constant('constant' as const),
    value: fc.oneof(fc.bigInt(-40n, 40n), fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)),
  }),
);

test('every value of a random program lies in its interval, modulo 2^64', () => {
  const declared = [u32, i32, u64];
  fc.assert(
    fc.property(
      fc.tuple(fc.bigInt(0n, 2n ** 32n - 1n), fc.bigInt(-(2n ** 31n), 2n ** 31n - 1n), fc.bigInt(0n, 2n ** 64n - 1n)),
      fc.array(step, { minLength: 1, maxLength: 12 }),
      (inputs, steps) => {
        const build = functionOf(...declared);
        const values = declared.map((_, index) => ({
          value: build.parameter(index),
          actual: BigInt.asUintN(64, inputs[index] ?? 0n),
        }));
        const pick = (index: number) => {
          const found = values[index % values.length];
          if (found === undefined) throw new Error('no values');
          return found;
        };
        for (const one of steps) {
          if (one.kind === 'constant') {
            values.push({ value: build.constant(one.value), actual: BigInt.asUintN(64, one.value) });
          } else if (one.kind === 'extend') {
            const { value, actual } = pick(one.left);
            const low = one.signed ? BigInt.asIntN(one.bits, actual) : BigInt.asUintN(one.bits, actual);
            values.push({ value: build.extend(value, one.bits, one.signed), actual: BigInt.asUintN(64, low) });
          } else {
            const [left, right] = [pick(one.left), pick(one.right)];
            const actual = evaluate(one.operator, one.width, left.actual, right.actual);
            values.push({ value: build.binary(one.operator, left.value, right.value, one.width), actual });
          }
        }
        build.return(values.at(-1)?.value);
        const ranges = rangesOf(build.finish());
        for (const { value, actual } of values) expect(contains(ranges.at(value), actual)).toBe(true);
      },
    ),
    { numRuns: 2000 },
  );
});

const compareOperators: CompareOperator[] = ['eq', 'ne', 'ult', 'ule', 'ugt', 'uge', 'slt', 'sle', 'sgt', 'sge'];

test('what a branch says of its sides is true of the values that take it', () => {
  const compare = (operator: CompareOperator, width: 32 | 64, left: bigint, right: bigint): boolean => {
    const read = (value: bigint) => (operator[0] === 's' ? BigInt.asIntN(width, value) : BigInt.asUintN(width, value));
    const [a, b] = [read(left), read(right)];
    const answers: Record<string, boolean> = { eq: a === b, ne: a !== b, lt: a < b, le: a <= b, gt: a > b, ge: a >= b };
    return answers[operator.replace(/^[us]/, '')] ?? false;
  };
  fc.assert(
    fc.property(
      fc.bigInt(0n, 2n ** 32n - 1n),
      fc.bigInt(-(2n ** 31n), 2n ** 31n - 1n),
      fc.bigInt(-100n, 100n),
      fc.constantFrom(...compareOperators),
      fc.constantFrom(32 as const, 64 as const),
      fc.boolean(),
      (a, b, c, operator, width, useConstant) => {
        const build = functionOf(u32, i32);
        const [yes, no] = [build.block('yes'), build.block('no')];
        const first = build.parameter(0);
        const left = build.binary('sub', first, build.constant(c));
        const right = useConstant ? build.constant(c) : build.parameter(1);
        const [leftActual, rightActual] = [a - c, useConstant ? c : b];
        build.branch({ kind: 'compare', operator, width }, left, right, yes, no);
        for (const block of [yes, no]) {
          build.enter(block);
          build.return(left);
        }
        const ranges = rangesOf(build.finish());
        const taken = compare(operator, width, leftActual, rightActual) ? yes : no;
        expect(ranges.reaches(taken)).toBe(true);
        for (const [value, actual] of [
          [left, leftActual],
          [right, rightActual],
          [first, a],
        ] as const) {
          expect(contains(ranges.at(value, taken), actual)).toBe(true);
        }
      },
    ),
    { numRuns: 2000 },
  );
});

/** Whether some integer of the interval is equal to the register. */
function contains({ min, max }: Interval, register: bigint): boolean {
  if (min === undefined || max === undefined) return true;
  const size = 2n ** 64n;
  const above = BigInt.asUintN(64, register - min);
  return max - min >= size - 1n || min + above <= max;
}
