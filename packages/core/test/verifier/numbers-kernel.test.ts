import { expect, test as plain } from 'vitest';
import { KernelOracle } from '../../../../test/oracle/kernel.ts';
import { needsBpf } from '../support/needs.ts';
import { type BoundsComparison, compareBounds } from './support/compare-bounds.ts';
import { loggedBounds } from './support/kernel-log.ts';

plain('bounds are read from the log of a kernel', () => {
  const log = [
    'func#0 @0',
    '0: R1=ctx() R10=fp0',
    '0: (b7) r6 = -5                       ; R6=-5',
    '1: (57) r7 &= 255   ; R6=2 R7=scalar(id=1,smin=smin32=-3,umax=0xff,var_off=(0x1; 0xfe))',
    '',
    'from 1 to 2: R6=3',
  ].join('\n');
  const steps = loggedBounds(log);
  expect(steps.get(0)?.get(6)).toMatchObject({ smin: -5n, umin: 2n ** 64n - 5n, smin32: -5n, mask: 0n });
  expect(steps.get(1)?.get(7)).toMatchObject({ smin: -3n, smin32: -3n, umax: 255n, umin: 0n, value: 1n, mask: 254n });
});

needsBpf('gcc').test('bounds behind each instruction agree with the log of the kernel', async () => {
  await using kernel = await KernelOracle.start();
  const counts: BoundsComparison = { same: 0, tighter: 0, looser: [], tighterAt: [] };
  for (let seed = 1; seed <= 200; seed++) await compareBounds(kernel, seed * 7919, counts);
  expect(counts.same).toBeGreaterThan(3000);
  // Where bits and range allow but one number, Linux makes it a constant.
  expect(counts.looser.length, counts.looser.join('\n')).toBeLessThan(counts.same / 200);
});
