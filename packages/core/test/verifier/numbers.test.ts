import { describe, expect, test } from 'vitest';
import { Alu, Class, Source } from '../../src/isa/opcode.ts';
import { applyAlu } from '../../src/verifier/alu.ts';
import { isContradiction, synchronize } from '../../src/verifier/bounds.ts';
import { decide, refine } from '../../src/verifier/branch.ts';
import type { Register } from '../../src/verifier/register.ts';
import {
  comparisons,
  describeBounds,
  dice,
  evaluate,
  holds,
  hull,
  interesting,
  operations,
  violated,
} from './support/concrete.ts';

const classes = [
  ['64', Class.ALU64],
  ['32', Class.ALU],
] as const;
const shifts: readonly number[] = [Alu.LSH, Alu.RSH, Alu.ARSH];

/** Runs of up to four neighbours around the places where numbers wrap. */
const anchors = [0n, 1n << 7n, 1n << 31n, 1n << 32n, 1n << 63n, (1n << 63n) + (1n << 31n)];
const runs = anchors.flatMap((anchor) =>
  [-3n, -1n, 0n].flatMap((from) =>
    [1n, 4n].map((length) =>
      Array.from({ length: Number(length) }, (_, at) => BigInt.asUintN(64, anchor + from + BigInt(at))),
    ),
  ),
);
const hulls = runs.map((values) => ({ values, bounds: hull(values) }));

function show(register: Register): string {
  return Object.entries(describeBounds(register))
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

function checkResult(opcode: number, offset: number, left: readonly bigint[], right: readonly bigint[]): void {
  const a = hull(left);
  applyAlu(opcode, offset, a, hull(right));
  for (const x of left) {
    for (const y of right) {
      const wrong = violated(a, evaluate(opcode, offset, x, y));
      if (wrong !== undefined) expect.fail(`${wrong}: ${x} with ${y} is not in ${show(a)}`);
    }
  }
}

function checkBranch(operation: number, wide: boolean, left: readonly bigint[], right: readonly bigint[]): void {
  const answer = decide(operation, wide, hull(left), hull(right));
  for (const taken of [true, false]) {
    const pairs = left.flatMap((x) =>
      right.filter((y) => holds(operation, wide, x, y) === taken).map((y) => [x, y] as const),
    );
    if (answer === !taken && pairs.length > 0) expect.fail(`decided ${answer}, but ${pairs[0]}`);
    if (answer !== undefined || pairs.length === 0) continue;
    const [a, b] = [hull(left), hull(right)];
    refine(operation, wide, taken, a, b);
    expect(isContradiction(a) || isContradiction(b)).toBe(false);
    for (const [x, y] of pairs) {
      const wrong = violated(a, x) ?? violated(b, y);
      if (wrong !== undefined) expect.fail(`${wrong}, taken ${taken}: ${x}, ${y} not in ${show(a)} and ${show(b)}`);
    }
  }
}

describe.each(classes)('arithmetic of %s bits holds every result', (_, instructionClass) => {
  test.each(operations)(
    '%s, runs of numbers around every wrap',
    (_name, operation, offset) => {
      for (const { values: left } of hulls) {
        for (const { values: right } of hulls) {
          if (shifts.includes(operation) && right.length > 1) continue;
          checkResult(operation | instructionClass | Source.X, offset, left, right);
        }
      }
    },
    60_000,
  );

  test.each(operations)('%s, numbers from everywhere', (_name, operation, offset) => {
    const roll = dice(operation * 7 + offset + instructionClass);
    for (let round = 0; round < 700; round++) {
      const pick = () => Array.from({ length: 1 + roll(3) }, () => interesting(roll));
      const right = shifts.includes(operation) && roll(2) === 0 ? [BigInt(roll(64))] : pick();
      checkResult(operation | instructionClass | Source.X, offset, pick(), right);
    }
  });
});

describe.each([
  ['64', true],
  ['32', false],
] as const)('comparisons of %s bits keep what may be', (_, wide) => {
  test.each(comparisons)(
    '%s',
    (_name, operation) => {
      for (const { values: left } of hulls) {
        for (const { values: right } of hulls) checkBranch(operation, wide, left, right);
      }
      const roll = dice(operation + (wide ? 1 : 2));
      for (let round = 0; round < 700; round++) {
        const pick = () => Array.from({ length: 1 + roll(3) }, () => interesting(roll));
        checkBranch(operation, wide, pick(), pick());
      }
    },
    60_000,
  );
});

test('chains of operations and comparisons hold what a run gives', () => {
  const roll = dice(99);
  for (let round = 0; round < 1000; round++) {
    const values = [interesting(roll), interesting(roll)];
    const known = values.map((value) => hull([value, interesting(roll), interesting(roll)]));
    for (const register of known) synchronize(register);
    for (let step = 0; step < 12; step++) {
      const [x = 0n, y = 0n] = values;
      const [a, b] = known.map((register) => register.copy());
      if (a === undefined || b === undefined) return;
      const at = roll(operations.length);
      const [name, operation, offset] = operations[at] ?? ['mov', Alu.MOV, 0];
      const opcode = operation | (roll(2) === 0 ? Class.ALU : Class.ALU64);
      if (roll(3) === 0) {
        const [, comparison] = comparisons[roll(comparisons.length)] ?? ['', 0];
        const wide = roll(2) === 0;
        const taken = holds(comparison, wide, x, y);
        expect(decide(comparison, wide, a, b) ?? taken).toBe(taken);
        refine(comparison, wide, taken, a, b);
      } else {
        applyAlu(opcode, offset, a, b);
        values[0] = evaluate(opcode, offset, x, y);
      }
      expect([name, violated(a, values[0] ?? 0n), violated(b, y)]).toEqual([name, undefined, undefined]);
      [known[0], known[1]] = roll(3) === 0 ? [b, a] : [a, b];
      if (known[0] === b) values.reverse();
    }
  }
});
