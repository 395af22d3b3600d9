import { expect } from 'vitest';
import { KernelOracle } from '../../../../test/oracle/kernel.ts';
import { needsBpf } from '../support/needs.ts';
import { KernelComparison } from './kernel-comparison.ts';

const kernel = needsBpf('gcc');

kernel.describe('random programs give what they give in the kernel', () => {
  for (const type of ['socket_filter', 'xdp'] as const) {
    kernel.test(type, async () => {
      await using oracle = await KernelOracle.start();
      const comparison = new KernelComparison(oracle);
      const outcomes = await Promise.all(Array.from({ length: 400 }, (_, seed) => comparison.compare(seed + 1, type)));
      expect(outcomes.filter(({ kind }) => kind === 'different').slice(0, 3)).toEqual([]);
      expect(outcomes.filter(({ kind }) => kind === 'same').length).toBeGreaterThan(350);
    });
  }
});
