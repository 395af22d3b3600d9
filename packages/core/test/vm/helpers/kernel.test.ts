import { afterAll, beforeAll, expect } from 'vitest';
import { KernelOracle } from '../../../../../test/oracle/kernel.ts';
import { needsBpf } from '../../support/needs.ts';
import { type KernelCase, kernelCases } from './kernel-cases.ts';
import { bytecode, hexOf, runInVm } from './programs.ts';

const bpf = needsBpf('gcc');

bpf.describe('helpers and contexts do what the kernel does', () => {
  let kernel: KernelOracle;
  beforeAll(async () => {
    kernel = await KernelOracle.start();
  });
  afterAll(() => kernel.stop());

  /** Result and packet in both, as text that shows what differs. */
  async function compare({ type, text, packet }: KernelCase): Promise<void> {
    const code = bytecode(text);
    const program = await kernel.loadOrThrow({ type, code });
    const inKernel = await kernel.testRun(program, packet);
    await kernel.close(program);
    const inVm = runInVm(type, code, packet);
    expect(inKernel.errno).toBe(0);
    expect({ result: inVm.code | 0, data: hexOf(inVm.data) }).toEqual({
      result: inKernel.retval | 0,
      data: hexOf(inKernel.data),
    });
  }

  for (const item of kernelCases) bpf.test(item.name, () => compare(item));
});
