import { afterAll, beforeAll, expect } from 'vitest';
import { KernelOracle } from '../../../../../test/oracle/kernel.ts';
import { needsBpf } from '../../support/needs.ts';
import { kernelCases } from './kernel-cases.ts';
import { mapCases } from './map-cases.ts';
import { plain, runInKernel } from './run-in-kernel.ts';
import { runInVm } from './run-in-vm.ts';

const bpf = needsBpf('gcc');

bpf.describe('helpers and contexts do what the kernel does', () => {
  let kernel: KernelOracle;
  beforeAll(async () => {
    kernel = await KernelOracle.start();
  });
  afterAll(() => kernel.stop());

  for (const item of [...kernelCases, ...mapCases]) {
    bpf.test(item.name, async () => {
      const inKernel = await runInKernel(kernel, item);
      const inVm = runInVm(item);
      expect(plain(inVm)).toEqual(plain(inKernel, inVm));
    });
  }
});
