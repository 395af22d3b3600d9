import { afterAll, describe, expect, test } from 'vitest';
import type { AttachType } from '../../../src/abi/attach-types.gen.ts';
import type { ProgramType } from '../../../src/abi/program-types.gen.ts';
import { type RunOptions, type RunResult, vm } from '../../../src/host/index.ts';
import type { ProgramSpec } from '../../../src/object/program-spec.ts';
import { assembleProgram } from '../helpers/programs.ts';

const host = vm();
afterAll(() => host.dispose());

function run(type: ProgramType, attachType: AttachType, text: string, options?: RunOptions, packet = 0): RunResult {
  const parts = { functions: [], lines: [], coreRelocations: [], references: [], flags: 0, autoload: true };
  const { code } = assembleProgram(text);
  const spec: ProgramSpec = { name: 'test', section: type, type, attachType, code, ...parts };
  const program = host.loadProgram(spec, { license: 'GPL', maps: new Map() });
  try {
    return program.run(new Uint8Array(packet), options);
  } finally {
    program.dispose();
  }
}

const portOf = 'r0 = *(u32 *)(r1 + 24)\nexit';
const toLoopback = '*(u32 *)(r1 + 4) = 0x0100007f\nr0 = 1\nexit';

describe('connect4 and its neighbours', () => {
  test('see the address that the run says', () => {
    const context = { user_family: 2, user_ip4: '10.0.0.9', user_port: 0x5000 };
    expect(run('cgroup_sock_addr', 'cgroup_inet4_connect', portOf, { context }).code).toBe(0x5000);
    const first = run('cgroup_sock_addr', 'cgroup_inet4_connect', 'r0 = *(u8 *)(r1 + 4)\nexit', { context });
    expect(first.code).toBe(10);
  });

  test('give back the address that they wrote', () => {
    const context = { user_ip4: '10.0.0.9' };
    const result = run('cgroup_sock_addr', 'cgroup_inet4_connect', toLoopback, { context });
    expect(result.verdict).toBe('ALLOW');
    expect([...(result.context ?? []).slice(4, 8)]).toEqual([127, 0, 0, 1]);
  });

  test('see all fields as 0 where none is said', () => {
    expect(run('cgroup_sock_addr', 'cgroup_inet4_connect', portOf).verdict).toBe('DENY');
  });

  test.each([
    ['text', 'fd00::7'],
    ['words', [0xfd, 0, 0, 0x07000000]],
  ])('take an IPv6 address as %s', (_, user_ip6) => {
    const last = 'r0 = *(u8 *)(r1 + 23)\nexit';
    expect(run('cgroup_sock_addr', 'cgroup_inet6_connect', last, { context: { user_ip6 } }).code).toBe(7);
  });

  test('fault on the fields of the other family', () => {
    expect(() => run('cgroup_sock_addr', 'cgroup_inet6_connect', toLoopback)).toThrow(
      expect.objectContaining({ code: 'SKEP_FAULT' }),
    );
  });
});

test('a lookup of a socket sees both ends', () => {
  const context = { family: 2, protocol: 6, local_port: 80, local_ip4: '192.0.2.1' };
  const text = 'r0 = 0\nr2 = *(u32 *)(r1 + 60)\nif r2 != 80 goto +1\nr0 = 1\nexit';
  expect(run('sk_lookup', 'sk_lookup', text, { context }).verdict).toBe('SK_PASS');
  expect(run('sk_lookup', 'sk_lookup', text).verdict).toBe('SK_DROP');
});

describe('refused', () => {
  test.each([
    ['a packet', undefined, 20, 'SKEP_BAD_PACKET'],
    ['a field of another family', { user_ip6: '::1' }, 0, 'SKEP_BAD_VALUE'],
    ['no address', { user_ip4: '10.0.0' }, 0, 'SKEP_BAD_VALUE'],
    ['a number of more than 32 bits', { user_port: 2 ** 32 }, 0, 'SKEP_BAD_VALUE'],
    ['a list that is too short', { user_ip4: [1, 2] }, 0, 'SKEP_BAD_VALUE'],
    ['too many bytes', new Uint8Array(73), 0, 'SKEP_BAD_VALUE'],
    ['a list of arguments', [1, 2], 0, 'SKEP_NOT_SUPPORTED'],
  ] as const)('%s', (_, context, length, code) => {
    const options = context === undefined ? {} : { context: context as NonNullable<RunOptions['context']> };
    expect(() => run('cgroup_sock_addr', 'cgroup_inet4_connect', portOf, options, length)).toThrow(
      expect.objectContaining({ code }),
    );
  });
});
