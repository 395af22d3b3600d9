import { afterAll, beforeAll, expect } from 'vitest';
import { KernelOracle } from '../../../../../test/oracle/kernel.ts';
import { schedClsFields } from '../../../src/abi/contexts/sched-cls.ts';
import { SkBuff } from '../../../src/abi/contexts/sk-buff.ts';
import { socketFilterFields } from '../../../src/abi/contexts/socket-filter.ts';
import { XdpMd, xdpMdFields } from '../../../src/abi/contexts/xdp.ts';
import { rightsOf } from '../../../src/vm/contexts/field-rights.ts';
import { needsBpf } from '../../support/needs.ts';
import { assembleProgram } from '../helpers/programs.ts';

const bpf = needsBpf('gcc');

const structures = [
  { type: 'xdp', fields: xdpMdFields, size: XdpMd.SIZE },
  { type: 'sched_cls', fields: schedClsFields, size: SkBuff.SIZE },
  { type: 'socket_filter', fields: socketFilterFields, size: SkBuff.SIZE },
] as const;

bpf.describe('access to the context is allowed where the kernel allows it', () => {
  let kernel: KernelOracle;
  beforeAll(async () => {
    kernel = await KernelOracle.start();
  });
  afterAll(() => kernel.stop());

  for (const { type, fields, size } of structures) {
    const allowed = rightsOf(fields, size);
    for (const write of [false, true]) {
      bpf.test(`${type} ${write ? 'writes' : 'reads'}`, async () => {
        const wrong: string[] = [];
        const accesses = [1, 2, 4, 8].flatMap((width) =>
          Array.from({ length: size + 8 }, (_, offset) => ({ width, offset })),
        );
        await Promise.all(
          accesses.map(async ({ width, offset }) => {
            const place = `*(u${8 * width} *)(r1 + ${offset})`;
            const { code } = assembleProgram(`r2 = 0\n${write ? `${place} = r2` : `r2 = ${place}`}\nr0 = 0\nexit`);
            const program = await kernel.load({ type, code });
            const inKernel = !('errno' in program);
            if (inKernel) await kernel.close(program);
            if (inKernel !== allowed(offset, width, write)) wrong.push(`${width} bytes at ${offset}`);
          }),
        );
        expect(wrong).toEqual([]);
      });
    }
  }
});
