import { describe, expect, test } from 'vitest';
import { KernelOracle } from '../../../../test/oracle/kernel.ts';
import { platform } from '../../src/abi/platform/platforms.ts';
import { assemble } from '../../src/isa/assemble.ts';
import { type WalkResult, walk } from '../../src/verifier/walk.ts';
import { needsBpf } from '../support/needs.ts';
import { compareVerdicts, noVerdicts } from './support/compare-verdicts.ts';

const linux = platform('6.18');

function verdict(text: string): string {
  const result: WalkResult = walk({ code: assemble(text), type: 'socket_filter' }, linux);
  return result.verdict === 'rejected' ? `${result.error.id} at ${result.error.instruction}` : result.verdict;
}

describe('a walk over every path', () => {
  test.each([
    ['a number is returned', 'r0 = 0\nexit', 'accepted'],
    ['r0 is never written', 'exit', 'register-not-written at 0'],
    ['r2 is written on one path only', 'r0 = 0\nif r0 == 0 goto +1\nr0 = r2\nexit', 'accepted'],
    ['r2 is not written on a path', 'call 7\nif r0 == 0 goto +1\nr0 = r2\nexit', 'register-not-written at 2'],
    ['a call clobbers r1..r5', 'r2 = 1\ncall 7\nr0 = r2\nexit', 'register-not-written at 2'],
    [
      'the stack keeps a pointer',
      '*(u64 *)(r10 - 8) = r1\nr2 = *(u64 *)(r10 - 8)\nr0 = *(u32 *)(r2 + 0)\nexit',
      'accepted',
    ],
    ['the stack ends', 'r0 = 0\n*(u64 *)(r10 - 520) = r0\nexit', 'stack-bounds at 1'],
    ['the stack begins', 'r0 = 0\n*(u64 *)(r10 + 0) = r0\nexit', 'stack-bounds at 1'],
    ['stack accesses are aligned', 'r0 = 0\n*(u32 *)(r10 - 7) = r0\nexit', 'misaligned at 1'],
    ['the context has fields', 'r0 = *(u32 *)(r1 + 193)\nexit', 'context-access at 0'],
    ['numbers are no addresses', 'r0 = *(u32 *)(r1 + 0)\nr0 = *(u32 *)(r0 + 0)\nexit', 'no-pointer at 1'],
    [
      'copies are narrowed together',
      'call 7\nr6 = r0\nif r6 > 5 goto +3\nif r0 <= 5 goto +2\nr0 = *(u32 *)(r1 + 0)\nexit\nr0 = 0\nexit',
      'accepted',
    ],
    ['code that no path reaches', 'r0 = 0\ngoto +1\nr0 = 1\nexit', 'unreachable at 2'],
    ['a loop that counts', 'r0 = 0\nr0 += 1\nif r0 < 1000 goto -2\nexit', 'accepted'],
    ['a loop without end', 'r0 = 0\ngoto -1', 'too-complex at 1'],
    ['a division by zero', 'r0 = 1\nr0 /= 0\nexit', 'division-by-zero at 1'],
    ['what is not covered', 'r2 = *(u64 *)(r1 + 168)\nr0 = 0\nexit', 'unknown'],
  ])('%s', (_, text, expected) => {
    expect(verdict(text)).toBe(expected);
  });
});

needsBpf('gcc').test('verdicts on random programs are those of the kernel', async () => {
  await using kernel = await KernelOracle.start();
  const counts = noVerdicts();
  for (let seed = 1; seed <= 1500; seed++) await compareVerdicts(kernel, linux, Math.imul(seed, 7919), counts);
  expect(counts.falseAccepts).toEqual([]);
  expect(counts.falseRejects).toEqual([]);
  expect(counts.accepted).toBeGreaterThan(700);
  expect(counts.rejected).toBeGreaterThan(100);
});
