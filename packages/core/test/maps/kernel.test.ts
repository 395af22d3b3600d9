import fc from 'fast-check';
import { afterAll, beforeAll, expect } from 'vitest';
import { KernelOracle } from '../../../../test/oracle/kernel.ts';
import { needsBpf } from '../support/needs.ts';
import { compare } from './support/compare.ts';
import { modelled } from './support/definitions.ts';
import { operations } from './support/operation.ts';

const kernelNeeds = needsBpf('gcc');

kernelNeeds.describe('maps in the kernel', () => {
  let kernel: KernelOracle;
  beforeAll(async () => {
    kernel = await KernelOracle.start();
  });
  afterAll(() => kernel.stop());

  for (const [name, definition] of modelled) {
    kernelNeeds.test(`${name}: the same outcomes`, async () => {
      const list = fc.sample(operations(definition, kernel.cpus, 1), { numRuns: 300, seed: 7 });
      expect(await compare(kernel, definition, list)).toEqual([]);
    });
  }
});
