import { afterAll, describe, expect, test } from 'vitest';
import { whyNoBpf } from '../../../core/test/support/tools.ts';
import { kernel } from '../../../kernel/src/index.ts';
import { Comparison, noCounts } from './compare.ts';
import { found } from './found.ts';
import { checkHostile, writtenPrograms } from './hostile.ts';

const hasKernel = whyNoBpf() === undefined;

describe('generated programs', () => {
  const comparison = new Comparison(hasKernel ? kernel() : undefined);
  afterAll(() => comparison.dispose());

  test.each(found)('%s', async (_name, body) => {
    const counts = noCounts();
    await comparison.checkText(body, 30, counts);
    expect(counts.wrong).toEqual([]);
  });

  test('mean the same as plain TypeScript, in the VM and in the kernel', async () => {
    const counts = noCounts();
    for (let seed = 1; seed <= 4; seed += 1) await comparison.check(seed, 4, 10, counts);
    expect(counts.wrong).toEqual([]);
    expect(counts.accepted).toBeGreaterThan(counts.refused);
  });
});

describe('texts with mistakes', () => {
  const host = hasKernel ? kernel() : undefined;
  afterAll(() => host?.dispose());

  test('give an object that loads, or diagnostics with a place', async () => {
    const counts = { texts: 0, objects: 0, wrong: [] };
    const written = writtenPrograms();
    for (let seed = 1; seed <= 15; seed += 1) await checkHostile(seed, written, host, counts);
    expect(counts.wrong).toEqual([]);
  });
});
