import type { ProgramType } from '../../../src/abi/program-types.gen.ts';
import { frame, type KernelCase, zeroStack } from './programs.ts';

export const ip = frame('0800', 50);
const vlan = frame('81000005 0800', 46);
const qinq = frame('88a80007 81000005 0800', 46);
const short = frame('0806', 0);
const ipv6 = frame('86dd', 60);

/** A case whose program calls a helper on the context with number arguments and returns what it returns. */
function call(type: ProgramType, helper: string, packet: Uint8Array, ...values: number[]): KernelCase {
  const load = values.map((value, at) => `r${at + 2} = ${value} ll`).join('\n');
  return {
    name: `${type} ${helper}(${values.join(', ')}) of ${packet.length}`,
    type,
    text: `${load}\ncall ${helper}\nexit`,
    packet,
  };
}

/** A case that loads bytes to the stack and gives the first eight of them folded, or the error. */
function load(
  type: ProgramType,
  helper: string,
  packet: Uint8Array,
  offset: number,
  size: number,
  extra = '',
): KernelCase {
  return {
    name: `${type} ${helper} of ${size} at ${offset} ${extra}`,
    type,
    packet,
    text: `
      r6 = r1
      ${zeroStack(64)}
      *(u64 *)(r10 - 64) = -1
      r1 = r6
      r2 = ${offset} ll
      r3 = r10
      r3 += -64
      r4 = ${size}
      ${extra}
      call ${helper}
      r1 = *(u64 *)(r10 - 64)
      r2 = r1
      r2 >>= 32
      r1 ^= r2
      r0 += r1
      exit`,
  };
}

function store(
  type: ProgramType,
  helper: string,
  packet: Uint8Array,
  offset: number,
  size: number,
  extra = '',
): KernelCase {
  return {
    name: `${type} ${helper} of ${size} at ${offset} ${extra}`,
    type,
    packet,
    text: `
      r6 = r1
      ${zeroStack(64)}
      *(u64 *)(r10 - 64) = 0x11223344
      r1 = r6
      r2 = ${offset} ll
      r3 = r10
      r3 += -64
      r4 = ${size}
      ${extra}
      call ${helper}
      exit`,
  };
}

const adjustments = [
  ...[-300, -217, -216, -215, -4, -1, 0, 1, 50, 51, 100].map((delta) => call('xdp', 'xdp_adjust_head', ip, delta)),
  ...[-64, -51, -50, -1, 0, 1, 3456, 3457, 0x7fffffff].map((delta) => call('xdp', 'xdp_adjust_tail', ip, delta)),
  ...[-300, -220, -216, -214, -8, -4, -3, 0, 4].map((delta) => call('xdp', 'xdp_adjust_meta', ip, delta)),
  call('xdp', 'xdp_get_buff_len', ip),
  ...[0, 40, 64, 65].map((size) => call('sched_cls', 'skb_pull_data', ip, size)),
  ...[-1, 0, 1, 4, 300, 16000, 16001].map((room) => call('sched_cls', 'skb_change_head', ip, room, 0)),
  call('sched_cls', 'skb_change_head', ip, 4, 1),
  ...[-1, 0, 13, 14, 20, 64, 65, 3000, 16064, 16065].map((size) => call('sched_cls', 'skb_change_tail', ip, size, 0)),
  call('sched_cls', 'skb_change_tail', ip, 60, 1),
  ...[0, 1, 3, 4, 7].map((type) => call('sched_cls', 'skb_change_type', ip, type)),
  ...[0xdd86, 0x0008].flatMap((to) => [ip, ipv6].map((packet) => call('sched_cls', 'skb_change_proto', packet, to, 0))),
  call('sched_cls', 'skb_change_proto', ip, 0xdd86, 1),
];

const bytes = [
  ...[
    [0, 64],
    [0, 8],
    [1, 64],
    [60, 4],
    [61, 4],
    [64, 1],
    [0xffff, 1],
    [0x10000, 1],
    [0x7fffffff, 8],
    [0x80000000, 8],
    [0xffffffff, 8],
  ].flatMap(([offset = 0, size = 0]) => [
    load('xdp', 'xdp_load_bytes', ip, offset, size),
    store('xdp', 'xdp_store_bytes', ip, offset, size),
    load('sched_cls', 'skb_load_bytes', ip, offset, size),
    load('socket_filter', 'skb_load_bytes', ip, offset, size),
    store('sched_cls', 'skb_store_bytes', ip, offset, size, 'r5 = 0'),
    ...[0, 1, 2].map((start) => load('sched_cls', 'skb_load_bytes_relative', ip, offset, size, `r5 = ${start}`)),
    ...[0, 1, 2].map((start) => load('socket_filter', 'skb_load_bytes_relative', ip, offset, size, `r5 = ${start}`)),
  ]),
  ...[1, 2, 3, 4].map((flags) => store('sched_cls', 'skb_store_bytes', ip, 3, 7, `r5 = ${flags}`)),
];

const vlans = [ip, vlan, qinq, short, frame('8100', 0), frame('81000005', 0)].flatMap((packet, index): KernelCase[] =>
  [
    'pop',
    'push',
    'pop pop',
    'push push',
    'push pop',
    'push push pop',
    'push push pop pop',
    'pop push',
    'push push push',
  ].map((steps) => ({
    name: `vlan ${steps}, packet ${index}`,
    type: 'sched_cls',
    packet,
    text: `
        r6 = r1
        r7 = 0
        ${steps
          .split(' ')
          .map(
            (step, at) => `
        r1 = r6
        r2 = ${at % 2 === 0 ? 0x0081 : 0xa888}
        r3 = ${0x123 + at}
        call skb_vlan_${step}
        r7 += r0`,
          )
          .join('\n')}
        r0 = r7
        r0 <<= 4
        ${['vlan_present 20', 'vlan_tci 24', 'vlan_proto 28', 'protocol 16', 'len 0']
          .map((field) => `r1 = *(u32 *)(r6 + ${field.split(' ')[1]})\nr0 *= 31\nr0 += r1`)
          .join('\n')}
        exit`,
  })),
);

/** Where the headers are after a change, as `skb_load_bytes_relative` sees them. */
const headers = [
  'skb_vlan_push 0x0081 5',
  'skb_vlan_pop 0 0',
  'skb_change_head 6 0',
  'skb_change_proto 0xdd86 0',
].flatMap((step) =>
  [ip, vlan, qinq].flatMap((packet, index) =>
    [0, 1].map((start): KernelCase => {
      const [helper, second, third] = step.split(' ');
      return {
        name: `header ${start} after ${step}, packet ${index}`,
        type: 'sched_cls',
        packet,
        text: `
            r6 = r1
            r2 = ${second}
            r3 = ${third}
            call ${helper}
            r7 = r0
            r1 = r6
            r2 = ${second}
            r3 = ${third}
            call ${helper}
            r7 += r0
            *(u64 *)(r10 - 8) = 0
            r1 = r6
            r2 = 0
            r3 = r10
            r3 += -8
            r4 = 8
            r5 = ${start}
            call skb_load_bytes_relative
            r7 += r0
            r0 = *(u32 *)(r10 - 8)
            r0 += r7
            exit`,
      };
    }),
  ),
);

const checksumFlags = [0, 1, 2, 3, 4, 0x10, 0x12, 0x14, 0x20, 0x22, 0x24, 0x32, 0x34, 0x62, 0x64, 0x82, 0x94, 0x102];
const withZero = frame('0800', 50).fill(0, 20, 24);
const checksums = [
  ...checksumFlags.flatMap((flags) =>
    ['l3', 'l4'].flatMap((layer) =>
      [ip, withZero].flatMap((packet) => [
        call('sched_cls', `${layer}_csum_replace`, packet, 20, 0, 0x12345678, flags),
        call('sched_cls', `${layer}_csum_replace`, packet, 20, 0xa1b2c3d4, 0x0badcafe, flags),
        call('sched_cls', `${layer}_csum_replace`, packet, 22, 0xffff, 0xffff, flags),
      ]),
    ),
  ),
  ...[21, 61, 62, 63, 64, 0xfffe, 0x10000, 0x80000000].flatMap((offset) =>
    ['l3', 'l4'].map((layer) => call('sched_cls', `${layer}_csum_replace`, ip, offset, 1, 2, 2)),
  ),
  ...[0, 1, 2, 3, 4, -1].map((level) => call('sched_cls', 'csum_level', ip, level)),
  call('sched_cls', 'csum_update', ip, 5),
];

const redirects: KernelCase[] = [
  ...[0, 1, 2, -1].flatMap((flags): KernelCase[] => [
    {
      name: `xdp redirect flags ${flags}`,
      type: 'xdp',
      packet: ip,
      text: `r1 = 1\nr2 = ${flags}\ncall redirect\nexit`,
    },
    {
      name: `tc redirect flags ${flags}`,
      type: 'sched_cls',
      packet: ip,
      text: `r1 = 1\nr2 = ${flags}\ncall redirect\nexit`,
    },
    {
      name: `redirect_peer ${flags}`,
      type: 'sched_cls',
      packet: ip,
      text: `r1 = 1\nr2 = ${flags}\ncall redirect_peer\nexit`,
    },
    {
      name: `redirect_neigh ${flags}`,
      type: 'sched_cls',
      packet: ip,
      text: `r1 = 1\nr2 = 0\nr3 = 0\nr4 = ${flags}\ncall redirect_neigh\nexit`,
    },
  ]),
  ...[1, 19, 20, 21].map(
    (size): KernelCase => ({
      name: `redirect_neigh of ${size}`,
      type: 'sched_cls',
      packet: ip,
      text: `${zeroStack(64)}\nr1 = 1\nr2 = r10\nr2 += -64\nr3 = ${size}\nr4 = 0\ncall redirect_neigh\nexit`,
    }),
  ),
  call('sched_cls', 'clone_redirect', ip, 0, 0),
  call('sched_cls', 'clone_redirect', ip, 1, 2),
];

/** Every 4-byte field that the VM fills, as the program finds it. */
const fields = [
  ip,
  vlan,
  short,
  frame('0010', 40),
  frame('0010ffff', 40),
  frame('0806', 40, 'ffffffffffff'),
  frame('0800', 40, '01005e000001'),
  frame('0800', 40, '000000000000'),
].flatMap((packet, index) =>
  [0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 64, 68, 84, 164, 176].flatMap((offset) =>
    (['sched_cls', 'socket_filter'] as const).map(
      (type): KernelCase => ({
        name: `${type} field at ${offset} of packet ${index}`,
        type,
        packet,
        text: `r0 = *(u32 *)(r1 + ${offset})\nexit`,
      }),
    ),
  ),
);
const xdpFields = [12, 16].map(
  (offset): KernelCase => ({
    name: `xdp field at ${offset}`,
    type: 'xdp',
    packet: ip,
    text: `r0 = *(u32 *)(r1 + ${offset})\nexit`,
  }),
);
const writes = [8, 12, 32, 44, 48, 64, 72].flatMap((offset) =>
  [5, 0xfffe, 0xffff, 0x10000, 0x12345, -1].map(
    (value): KernelCase => ({
      name: `${value} written to field at ${offset}`,
      type: 'sched_cls',
      packet: ip,
      text: `w2 = 7\n*(u32 *)(r1 + ${offset}) = r2\nw2 = ${value}\n*(u32 *)(r1 + ${offset}) = r2\nr0 = *(u32 *)(r1 + ${offset})\nexit`,
    }),
  ),
);
const legacyLoads = [0, 12, 49, 50, 60, 63, 64, -0x100000, -0x100001, -0x200000, -0x1ffff2, -0x1fffc0, -0x1000].flatMap(
  (offset) =>
    ['u8', 'u16', 'u32'].flatMap((size) =>
      (['sched_cls', 'socket_filter'] as const).map(
        (type): KernelCase => ({
          name: `${type} legacy load of ${size} at ${offset}`,
          type,
          packet: ip,
          text: `r6 = r1\nr0 = *(${size} *)skb[${offset}]\nr0 += 1\nexit`,
        }),
      ),
    ),
);
const pointers = (['xdp', 'sched_cls'] as const).map((type): KernelCase => {
  const [data, end] = type === 'xdp' ? [0, 4] : [76, 80];
  return {
    name: `${type} packet pointers`,
    type,
    packet: ip,
    text: `
      r2 = *(u32 *)(r1 + ${data})
      r3 = *(u32 *)(r1 + ${end})
      r4 = r2
      r4 += 20
      r0 = 1
      if r4 > r3 goto out
      r0 = *(u16 *)(r2 + 14)
      *(u8 *)(r2 + 19) = 9
    out:
      exit`,
  };
});
/** The head moves while there is metadata, which moves along. */
const metadata = [-200, -40, -4, 4, 30].map(
  (delta): KernelCase => ({
    name: `head by ${delta} with metadata`,
    type: 'xdp',
    packet: ip,
    text: `
      r6 = r1
      r2 = -8
      call xdp_adjust_meta
      r2 = *(u32 *)(r6 + 8)
      r3 = *(u32 *)(r6 + 0)
      r4 = r2
      r4 += 8
      if r4 > r3 goto out
      *(u32 *)(r2 + 0) = 0x01020304
      *(u32 *)(r2 + 4) = 0x05060708
    out:
      r1 = r6
      r2 = ${delta}
      call xdp_adjust_head
      r7 = r0
      r2 = *(u32 *)(r6 + 8)
      r3 = *(u32 *)(r6 + 0)
      r4 = *(u32 *)(r6 + 4)
      r0 = r4
      r0 -= r2
      r4 -= r3
      r0 <<= 8
      r0 += r4
      r0 += r7
      exit`,
  }),
);

const strings = [
  '12',
  '-12',
  ' \t7x',
  '0x1fz',
  '0x',
  '010',
  '9',
  '18446744073709551616',
  '9223372036854775808',
  '-9223372036854775808',
  '',
  '-',
  '+5',
  '0',
].flatMap((text) =>
  ['strtol', 'strtoul'].flatMap((helper) =>
    [0, 8, 10, 16, 7, 32].map((flags): KernelCase => {
      const bytes = Buffer.alloc(32);
      bytes.write(text);
      const words = [0, 1, 2, 3].map(
        (at) => `r1 = ${bytes.readBigUInt64LE(8 * at)} ll\n*(u64 *)(r10 - ${32 - 8 * at}) = r1`,
      );
      return {
        name: `${helper} "${text}" flags ${flags}`,
        type: 'xdp',
        packet: ip,
        text: `
          ${words.join('\n')}
          *(u64 *)(r10 - 40) = 0
          r1 = r10
          r1 += -32
          r2 = ${Math.max(1, text.length)}
          r3 = ${flags}
          r4 = r10
          r4 += -40
          call ${helper}
          r1 = *(u64 *)(r10 - 40)
          r2 = r1
          r2 >>= 32
          r1 ^= r2
          r0 <<= 5
          r0 ^= r1
          exit`,
      };
    }),
  ),
);

const differences = [
  [0, 0],
  [8, 8],
  [8, 0],
  [0, 8],
  [4, 12],
  [6, 8],
  [3, 0],
  [0, 5],
].flatMap(([from = 0, to = 0]) =>
  [0, 1, 0xffff, 0x12345678, 0xffffffff].flatMap((seed) =>
    [0, 0xffffffff, 0x01c2a3f4].map(
      (word): KernelCase => ({
        name: `csum_diff ${from} ${to} seed ${seed} word ${word}`,
        type: 'xdp',
        packet: ip,
        text: `
          ${zeroStack(32)}
          r1 = ${word} ll
          *(u32 *)(r10 - 32) = r1
          *(u32 *)(r10 - 28) = r1
          *(u32 *)(r10 - 12) = r1
          r1 = r10
          r1 += -32
          r2 = ${from}
          r3 = r10
          r3 += -16
          r4 = ${to}
          r5 = ${seed} ll
          call csum_diff
          exit`,
      }),
    ),
  ),
);

/** Chains in which one helper meets what another left behind. */
const chains: readonly KernelCase[] = [
  {
    name: 'metadata of more than 255 bytes',
    type: 'xdp',
    packet: frame('0800', 300),
    text: `
      r6 = r1
      r2 = -132
      call xdp_adjust_meta
      r1 = r6
      r2 = 156
      call xdp_adjust_head
      r1 = r6
      r2 = -144
      call xdp_adjust_meta
      exit`,
  },
  ...['0010', '0010ffff', '0600'].map(
    (inner): KernelCase => ({
      name: `protocol after a tag over ${inner} was popped`,
      type: 'sched_cls',
      packet: frame(`81000005${inner}`, 40),
      text: 'r6 = r1\ncall skb_vlan_pop\nr0 = *(u32 *)(r6 + 16)\nexit',
    }),
  ),
  ...[13, 14, 16, 17, 20, 21].map(
    (length): KernelCase => ({
      name: `network header after head and tag, tail cut to ${length}`,
      type: 'sched_cls',
      packet: qinq,
      text: `
        r6 = r1
        r2 = 7
        r3 = 0
        call skb_change_head
        r1 = r6
        call skb_vlan_pop
        r1 = r6
        r2 = ${length}
        r3 = 0
        call skb_change_tail
        exit`,
    }),
  ),
  ...[[1], [1, 1, 1, 1, 1], [1, 2], [1, 1, 2], [1, 1, 3], [2], [3]].map(
    (steps): KernelCase => ({
      name: `csum_level ${steps.join(', ')}`,
      type: 'sched_cls',
      packet: ip,
      text: `r6 = r1\n${[...steps, 0].map((step) => `r1 = r6\nr2 = ${step}\ncall csum_level`).join('\n')}\nexit`,
    }),
  ),
];

/** All cases that need no map. */
export const kernelCases: readonly KernelCase[] = [
  ...adjustments,
  ...bytes,
  ...vlans,
  ...headers,
  ...checksums,
  ...redirects,
  ...fields,
  ...xdpFields,
  ...writes,
  ...legacyLoads,
  ...pointers,
  ...metadata,
  ...chains,
  ...strings,
  ...differences,
];
