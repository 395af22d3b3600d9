import { describe, expect, test } from 'vitest';
import { programTypes } from '../../../src/abi/program-types.gen.ts';
import { createContext } from '../../../src/vm/contexts/index.ts';
import { WasmMemory } from '../../../src/vm/memory.ts';
import { frame, hexOf, type KernelCase } from '../helpers/programs.ts';
import { runInVm, type VmSetting } from '../helpers/run-in-vm.ts';

function run(
  type: KernelCase['type'],
  text: string,
  packet = frame('0800', 50),
  setting: VmSetting = { asTestRun: false },
) {
  return runInVm({ name: '', type, text, packet }, setting);
}

const memory = new WasmMemory({ limit: 2 ** 24 });

test('the program types of the VM have a context', () => {
  const made = Object.keys(programTypes).filter((type) => {
    const context = createContext(type as keyof typeof programTypes, memory);
    context?.dispose();
    return context !== undefined;
  });
  expect(made).toEqual(['socket_filter', 'sched_cls', 'xdp', 'cgroup_skb', 'cgroup_sock_addr', 'sk_lookup']);
  expect(memory.used).toBe(0);
});

describe('verdicts', () => {
  test.each([
    ['xdp', 0, 'XDP_ABORTED'],
    ['xdp', 2, 'XDP_PASS'],
    ['xdp', 4, 'XDP_REDIRECT'],
    ['xdp', 5, 'XDP_ABORTED'],
    ['xdp', 0xffffffff, 'XDP_ABORTED'],
    ['sched_cls', 0xffffffff, 'TC_ACT_UNSPEC'],
    ['sched_cls', 2, 'TC_ACT_SHOT'],
    ['sched_cls', 77, '77'],
    ['sched_cls', 0xfffffffe, '-2'],
    ['cgroup_skb', 0, 'DROP'],
    ['cgroup_skb', 1, 'PASS'],
    ['cgroup_skb', 3, 'PASS_CN'],
    ['cgroup_skb', 4, '4'],
    ['cgroup_sock_addr', 0, 'DENY'],
    ['sk_lookup', 1, 'SK_PASS'],
    ['socket_filter', 0, '0'],
    ['socket_filter', 0xffffffff, '4294967295'],
  ] as const)('%s returning %i is %s', (type, code, name) => {
    const context = createContext(type, memory);
    expect(context?.verdict(code)).toBe(name);
    context?.dispose();
  });
});

describe('packets outside a test run', () => {
  test.each([0, 1, 13, 14, 4000, 65_536, 262_144])('of %i bytes are taken', (length) => {
    for (const type of ['xdp', 'sched_cls', 'socket_filter', 'cgroup_skb'] as const) {
      expect(run(type, 'r0 = 1\nexit', new Uint8Array(length)).data).toHaveLength(2 * length);
    }
  });

  test('of more bytes are refused', () => {
    expect(() => run('xdp', 'r0 = 1\nexit', new Uint8Array(262_145))).toThrow(
      expect.objectContaining({ code: 'SKEP_BAD_PACKET' }),
    );
  });

  test.each([
    ['unicast is for this host', frame('0800', 20), 0],
    ['multicast', frame('0800', 20, '01005e000001'), 2],
    ['broadcast', frame('0800', 20, 'ffffffffffff'), 1],
  ])('%s', (_, packet, type) => {
    expect(run('sched_cls', 'r0 = *(u32 *)(r1 + 4)\nexit', packet).result).toBe(type);
  });

  test('a socket filter sees the Ethernet header', () => {
    expect(run('socket_filter', 'r6 = r1\nr0 = *(u16 *)skb[12]\nexit').result).toBe(0x0800);
  });

  test('a filter of a control group sees them from the network header on', () => {
    const first = 'r2 = *(u32 *)(r1 + 76)\nr3 = *(u32 *)(r1 + 80)\nr4 = r2\nr4 += 20\nif r4 > r3 goto +1\n';
    const packet = frame('0800', 50);
    const { result, data } = run('cgroup_skb', `${first}r0 = *(u8 *)(r2 + 0)\nexit`, packet);
    expect(result).toBe(packet[14]);
    expect(data).toBe(hexOf(packet));
    expect(run('cgroup_skb', 'r0 = *(u32 *)(r1 + 0)\nexit', packet).result).toBe(packet.length - 14);
  });

  test.each([
    ['ingress_ifindex', 36, 1],
    ['ifindex', 40, 1],
    ['wire_len', 160, 64],
  ])('%s is filled in', (_, offset, value) => {
    expect(run('sched_cls', `r0 = *(u32 *)(r1 + ${offset})\nexit`).result).toBe(value);
  });
});

describe('packets in a test run', () => {
  test.each([
    ['xdp', new Uint8Array(13)],
    ['xdp', new Uint8Array(3521)],
    ['sched_cls', new Uint8Array(13)],
    ['sched_cls', new Uint8Array(3713)],
    ['sched_cls', frame('0800', 19)],
    ['socket_filter', frame('86dd', 39)],
  ] as const)('%s: some are refused', (type, packet) => {
    expect(() => run(type, 'r0 = 1\nexit', packet, { asTestRun: true })).toThrow(
      expect.objectContaining({ code: 'SKEP_BAD_PACKET' }),
    );
  });
});

describe('VLAN tags beside the packet', () => {
  const push = 'r2 = 0x0081\nr3 = 5\ncall skb_vlan_push\nexit';

  test('go back into the frame', () => {
    const packet = frame('0800', 20);
    const tagged = hexOf(packet).replace('0800', '810000050800');
    expect(run('sched_cls', push, packet).data).toBe(tagged);
  });

  test('stay out of it in a test run', () => {
    const packet = frame('0800', 20);
    expect(run('sched_cls', push, packet, { asTestRun: true }).data).toBe(hexOf(packet));
  });
});

describe('wrong access faults', () => {
  test.each([
    ['a narrow load of a pointer', 'xdp', 'r0 = *(u16 *)(r1 + 0)\nexit'],
    ['a load of 8 bytes over two fields', 'xdp', 'r0 = *(u64 *)(r1 + 0)\nexit'],
    ['a store to xdp_md', 'xdp', 'r2 = 0\n*(u32 *)(r1 + 16) = r2\nexit'],
    ['egress_ifindex on the way in', 'xdp', 'r0 = *(u32 *)(r1 + 20)\nexit'],
    [
      'a store to the packet of a control group',
      'cgroup_skb',
      'r2 = *(u32 *)(r1 + 76)\n*(u8 *)(r2 + 0) = 1\nr0 = 1\nexit',
    ],
    ['data_meta in a control group', 'cgroup_skb', 'r0 = *(u32 *)(r1 + 140)\nexit'],
    ['data in a socket filter', 'socket_filter', 'r0 = *(u32 *)(r1 + 76)\nexit'],
    ['a store to protocol', 'sched_cls', 'r2 = 0\n*(u32 *)(r1 + 16) = r2\nexit'],
    ['a narrow store to mark', 'sched_cls', 'r2 = 0\n*(u8 *)(r1 + 8) = r2\nexit'],
    ['behind the structure', 'sched_cls', 'r0 = *(u32 *)(r1 + 192)\nexit'],
    ['behind the packet', 'xdp', 'r2 = *(u32 *)(r1 + 4)\nr0 = *(u8 *)(r2 + 0)\nexit'],
    ['before the packet', 'xdp', 'r2 = *(u32 *)(r1 + 0)\nr0 = *(u8 *)(r2 - 1)\nexit'],
    [
      'an old packet pointer after the tail was cut',
      'xdp',
      'r6 = *(u32 *)(r1 + 4)\nr2 = -10\ncall xdp_adjust_tail\nr0 = *(u8 *)(r6 - 1)\nexit',
    ],
  ] as const)('%s', (_, type, text) => {
    expect(() => run(type, text)).toThrow(expect.objectContaining({ code: 'SKEP_FAULT' }));
  });
});
