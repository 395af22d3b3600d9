import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode } from '../../src/isa/decode.ts';
import { encode } from '../../src/isa/encode.ts';
import { BytecodeRunner } from '../../src/vm/run-bytecode.ts';
import { hex } from './operands.ts';
import { randomProgram, seeded } from './random-program.ts';
import { runReference } from './reference.ts';
import { loadWide, make, resultOf } from './support.ts';

const runner = new BytecodeRunner();

describe('random programs give what the reference gives', () => {
  test.each([
    ['arithmetic', { length: 40, branches: 0, memory: 0 }],
    ['arithmetic and memory', { length: 40, branches: 0, memory: 40 }],
    ['arithmetic, memory and branches', { length: 60, branches: 25, memory: 25 }],
  ])('%s', (_, shape) => {
    const property = fc.property(fc.integer(), (seed) => {
      const code = encode(randomProgram(seeded(seed), shape));
      expect(hex(runner.run(code).result)).toBe(hex(runReference(decode(code)).registers[0] ?? 0n));
    });
    fc.assert(property, { numRuns: 300 });
  });
});

describe('64-bit division by pairs of halves', () => {
  const number = fc.oneof(
    fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
    fc
      .tuple(fc.integer({ min: 0, max: 64 }), fc.integer({ min: -2, max: 2 }))
      .map(([bits, near]) => BigInt.asUintN(64, (1n << BigInt(bits)) + BigInt(near))),
    fc.bigInt({ min: (1n << 53n) - 3n, max: (1n << 53n) + 3n }),
    fc.bigInt({ min: 0n, max: 0x1_ffff_ffffn }),
  );
  const rows = [
    ['unsigned quotient', 0x3f, 0, (a: bigint, b: bigint) => a / b],
    ['unsigned remainder', 0x9f, 0, (a: bigint, b: bigint) => a % b],
    ['signed quotient', 0x3f, 1, (a: bigint, b: bigint) => BigInt.asIntN(64, a) / BigInt.asIntN(64, b)],
    ['signed remainder', 0x9f, 1, (a: bigint, b: bigint) => BigInt.asIntN(64, a) % BigInt.asIntN(64, b)],
  ] as const;
  test.each(rows)('%s', (_, opcode, offset, expected) => {
    const property = fc.property(number, number, (a, b) => {
      fc.pre(b !== 0n);
      const program = [loadWide(0, a), loadWide(1, b), make(opcode, { src: 1, offset })];
      expect(hex(resultOf(program))).toBe(hex(expected(a, b)));
    });
    fc.assert(property, { numRuns: 2000 });
  });

  test('a dividend just below a multiple of the divisor', () => {
    const property = fc.property(number, number, fc.integer({ min: -1, max: 1 }), (quotient, divisor, near) => {
      const dividend = BigInt.asUintN(64, quotient * divisor + BigInt(near));
      fc.pre(divisor !== 0n);
      const program = [loadWide(0, dividend), loadWide(1, divisor), make(0x3f, { src: 1 })];
      expect(hex(resultOf(program))).toBe(hex(dividend / divisor));
    });
    fc.assert(property, { numRuns: 3000 });
  });
});
