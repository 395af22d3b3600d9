import { afterAll, beforeAll, expect } from 'vitest';
import { KernelOracle } from '../../../../../test/oracle/kernel.ts';
import { type AttachType, attachTypes } from '../../../src/abi/attach-types.gen.ts';
import { cgroupSkbFields } from '../../../src/abi/contexts/cgroup-skb.ts';
import type { ContextField } from '../../../src/abi/contexts/field.ts';
import { schedClsFields } from '../../../src/abi/contexts/sched-cls.ts';
import { SkBuff } from '../../../src/abi/contexts/sk-buff.ts';
import { SK_LOOKUP_SIZE, skLookupFields } from '../../../src/abi/contexts/sk-lookup.ts';
import { SOCK_ADDR_SIZE, sockAddrFields } from '../../../src/abi/contexts/sock-addr.ts';
import { socketFilterFields } from '../../../src/abi/contexts/socket-filter.ts';
import { XdpMd, xdpMdFields } from '../../../src/abi/contexts/xdp.ts';
import type { ProgramType } from '../../../src/abi/program-types.gen.ts';
import { rightsOf } from '../../../src/vm/contexts/field-rights.ts';
import { needsBpf } from '../../support/needs.ts';
import { assembleProgram } from '../helpers/programs.ts';

const bpf = needsBpf('gcc');

/** A context to be compared with the kernel's. */
interface Compared {
  readonly type: ProgramType;
  readonly fields: readonly ContextField[];
  readonly size: number;
  readonly attachType?: AttachType;
}

function sockAddr(attachType: AttachType): Compared {
  return { type: 'cgroup_sock_addr', fields: sockAddrFields(attachType), size: SOCK_ADDR_SIZE, attachType };
}

const structures: readonly Compared[] = [
  { type: 'xdp', fields: xdpMdFields, size: XdpMd.SIZE },
  { type: 'sched_cls', fields: schedClsFields, size: SkBuff.SIZE },
  { type: 'socket_filter', fields: socketFilterFields, size: SkBuff.SIZE },
  { type: 'cgroup_skb', fields: cgroupSkbFields, size: SkBuff.SIZE },
  { type: 'sk_lookup', fields: skLookupFields, size: SK_LOOKUP_SIZE, attachType: 'sk_lookup' },
  sockAddr('cgroup_inet4_connect'),
  sockAddr('cgroup_inet6_bind'),
  sockAddr('cgroup_udp4_sendmsg'),
  sockAddr('cgroup_udp6_sendmsg'),
  sockAddr('cgroup_unix_connect'),
];

bpf.describe('access to the context is allowed where the kernel allows it', () => {
  let kernel: KernelOracle;
  beforeAll(async () => {
    kernel = await KernelOracle.start();
  });
  afterAll(() => kernel.stop());

  for (const { type, fields, size, attachType } of structures) {
    const allowed = rightsOf(fields, size);
    for (const write of [false, true]) {
      bpf.test(`${attachType ?? type} ${write ? 'writes' : 'reads'}`, async () => {
        const wrong: string[] = [];
        const accesses = [1, 2, 4, 8].flatMap((width) =>
          Array.from({ length: size + 8 }, (_, offset) => ({ width, offset })),
        );
        await Promise.all(
          accesses.map(async ({ width, offset }) => {
            const place = `*(u${8 * width} *)(r1 + ${offset})`;
            const { code } = assembleProgram(`r2 = 0\n${write ? `${place} = r2` : `r2 = ${place}`}\nr0 = 0\nexit`);
            const program = await kernel.load({
              type,
              code,
              attachType: attachType === undefined ? 0 : attachTypes[attachType],
            });
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
