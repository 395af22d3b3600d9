import { describe, expect, test } from 'vitest';
import { assembleProgram, type CaseMap, frame, type KernelCase, zeroStack } from './programs.ts';
import { runInVm, shared, testMachine, type VmSetting } from './run-in-vm.ts';

type Part = Partial<KernelCase> & { text: string };

function run(part: Part, setting: VmSetting = {}) {
  return runInVm({ name: '', type: 'xdp', packet: frame('0800', 50), ...part }, setting);
}

/** A program that gives r0 after `text`, folded to 32 bits so that both halves count. */
function folded(text: string): string {
  return `${text}\nr1 = r0\nr1 >>= 32\nr1 *= 3\nr0 += r1\nexit`;
}

describe('time', () => {
  test.each(['ktime_get_ns', 'ktime_get_boot_ns', 'ktime_get_coarse_ns', 'ktime_get_tai_ns'])(
    '%s is that of the run',
    (name) => {
      expect(run({ text: folded(`call ${name}`) }, { time: [1000, 7] }).result).toBe(1000 + 3 * 7);
    },
  );

  test.each([
    [0n, 0n],
    [3_999_999n, 0n],
    [4_000_000n, 1n],
    [1_753_000_000_123_456_789n, 438_250_000_030n],
    [2n ** 64n - 1n, (2n ** 64n - 1n) / 4_000_000n],
  ])('jiffies64 at %i ns', (time, jiffies) => {
    const halves = [Number(time & 0xffffffffn) | 0, Number(time >> 32n) | 0] as const;
    const low = run({ text: 'call jiffies64\nexit' }, { time: halves }).result >>> 0;
    const high = run({ text: 'call jiffies64\nr0 >>= 32\nexit' }, { time: halves }).result >>> 0;
    expect((BigInt(high) << 32n) | BigInt(low)).toBe(jiffies);
  });
});

test('random numbers are the same for the same seed and differ within a run', () => {
  const text = 'call get_prandom_u32\nr6 = r0\ncall get_prandom_u32\nr0 ^= r6\nexit';
  const once = () => run({ text }, { execution: testMachine() }).result;
  expect(once()).not.toBe(0);
  expect(once()).toBe(once());
});

test('the CPU is that of the run', () => {
  expect(run({ text: 'call get_smp_processor_id\nexit' }, { cpu: 1 }).result).toBe(1);
  expect(run({ text: 'call get_numa_node_id\nexit' }, { cpu: 1 }).result).toBe(0);
});

describe('printed lines', () => {
  const hello = Buffer.from('n=%d %s\n\0').readBigUInt64LE();
  test('trace_printk', () => {
    const text = `
      r1 = ${hello} ll
      *(u64 *)(r10 - 16) = r1
      *(u64 *)(r10 - 8) = 0
      r1 = 0x6968
      *(u64 *)(r10 - 24) = r1
      r1 = r10
      r1 += -16
      r2 = 16
      r3 = -5
      r4 = r10
      r4 += -24
      r5 = 0
      call trace_printk
      exit`;
    const { printed, result } = run({ text });
    expect(printed).toEqual(['n=-5 hi']);
    expect(result).toBe(8);
  });

  test.each([
    ['a format without its end', 'r2 = 8', -22],
    ['an empty format', 'r2 = 0', -22],
  ])('%s is refused', (_, size, result) => {
    const text = `r1 = ${hello} ll\n*(u64 *)(r10 - 8) = r1\nr1 = r10\nr1 += -8\n${size}\ncall trace_printk\nexit`;
    expect(run({ text }).result).toBe(result);
    expect(run({ text }).printed).toEqual([]);
  });
});

describe('redirects', () => {
  test.each([
    ['xdp', 'r1 = 7\nr2 = 0\ncall redirect\nexit', { kind: 'interface', ifindex: 7, ingress: false }],
    ['sched_cls', 'r1 = 7\nr2 = 1\ncall redirect\nexit', { kind: 'interface', ifindex: 7, ingress: true }],
    [
      'sched_cls',
      'r1 = 7\nr2 = 0\ncall redirect_peer\nexit',
      { kind: 'interface', ifindex: 7, ingress: true, by: 'peer' },
    ],
    [
      'sched_cls',
      'r1 = 7\nr2 = 0\nr3 = 0\nr4 = 0\ncall redirect_neigh\nexit',
      { kind: 'interface', ifindex: 7, ingress: false, by: 'neighbour' },
    ],
  ] as const)('%s %s', (type, text, redirect) => {
    expect(run({ type, text }).redirect).toEqual(redirect);
  });

  test('take no effect where the program returns something else', () => {
    expect(run({ text: 'r1 = 7\nr2 = 0\ncall redirect\nr0 = 2\nexit' }).redirect).toBeUndefined();
  });

  test('through a map name the map and the key', () => {
    const one = Uint8Array.of(1, 0, 0, 0);
    const devmap: CaseMap = { type: 'devmap', valueSize: 4, contents: [{ key: one, value: one }] };
    const text = 'r1 = map 0\nr2 = 1\nr3 = 2\ncall redirect_map\nexit';
    expect(run({ text, maps: [devmap] }).redirect).toEqual({ kind: 'map', map: 'map0', key: 1 });
  });
});

describe('flow hashes', () => {
  const hash =
    'r6 = r1\ncall get_hash_recalc\nr7 = r0\nr0 = *(u32 *)(r6 + 68)\nr0 ^= r7\nif r7 != 0 goto +1\nr0 = 1\nexit';
  test.each(['0800', '86dd', '0806'])('of EtherType %s are not 0 and are kept', (type) => {
    expect(run({ type: 'sched_cls', text: hash, packet: frame(type, 60) }).result).toBe(0);
  });

  test('can be set and cleared', () => {
    expect(
      run({ type: 'sched_cls', text: 'r6 = r1\nr2 = 99\ncall set_hash\nr1 = r6\ncall get_hash_recalc\nexit' }).result,
    ).toBe(99);
    const cleared = 'r6 = r1\nr2 = 99\ncall set_hash\nr1 = r6\ncall set_hash_invalid\nr0 = *(u32 *)(r6 + 68)\nexit';
    expect(run({ type: 'sched_cls', text: cleared }).result).toBe(0);
  });
});

const ring: CaseMap = { type: 'ringbuf', keySize: 0, valueSize: 0, maxEntries: 4096 };
const reserve = 'r6 = r1\nr1 = map 0\nr2 = 8\nr3 = 0\ncall ringbuf_reserve\nr6 = r0';

describe('what a verifier would refuse faults', () => {
  const cases: readonly (readonly [name: string, part: Part])[] = [
    ['a map helper on a number', { text: 'r1 = 5\nr2 = r10\nr2 += -8\ncall map_lookup_elem\nexit' }],
    ['a key outside the stack', { text: 'r1 = map 0\nr2 = r10\ncall map_lookup_elem\nexit', maps: [{ type: 'hash' }] }],
    [
      'lookup in a queue',
      { text: 'r1 = map 0\nr2 = r10\nr2 += -8\ncall map_lookup_elem\nexit', maps: [{ type: 'queue', keySize: 0 }] },
    ],
    [
      'update of a map that programs may only read',
      {
        text: `${zeroStack(16)}\nr1 = map 0\nr2 = r10\nr2 += -8\nr3 = r10\nr3 += -16\nr4 = 0\ncall map_update_elem\nexit`,
        maps: [{ type: 'array', flags: 0x80 }],
      },
    ],
    ['a context that is none', { text: 'r1 = r10\nr2 = 0\ncall xdp_adjust_head\nexit' }],
    ['a negative size', { text: 'r2 = 0\nr3 = r10\nr3 += -8\nr4 = -1\ncall xdp_load_bytes\nexit' }],
    [
      'a record given back twice',
      {
        maps: [ring],
        text: `${reserve}\nr1 = r6\nr2 = 0\ncall ringbuf_submit\nr1 = r6\nr2 = 0\ncall ringbuf_submit\nexit`,
      },
    ],
    [
      'a record touched after submit',
      { maps: [ring], text: `${reserve}\nr1 = r6\nr2 = 0\ncall ringbuf_submit\nr0 = *(u64 *)(r6 + 0)\nexit` },
    ],
    ['a write behind a record', { maps: [ring], text: `${reserve}\n*(u64 *)(r6 + 8) = 1\nexit` }],
    [
      'a lock taken twice',
      { maps: [{ type: 'array' }], text: 'r1 = value 0 0\ncall spin_lock\nr1 = value 0 0\ncall spin_lock\nexit' },
    ],
    [
      'a lock given back that was not taken',
      { maps: [{ type: 'array' }], text: 'r1 = value 0 0\ncall spin_unlock\nexit' },
    ],
    ['a socket released that is none', { text: 'r1 = 0\ncall sk_release\nexit' }],
    ['a callback that is none', { text: 'r1 = 3\nr2 = 0\nr3 = 0\nr4 = 0\ncall loop\nexit' }],
  ];
  test.each(cases)('%s', (_, part) => {
    expect(() => run(part)).toThrow(expect.objectContaining({ code: 'SKEP_FAULT' }));
  });
});

test('a lock is taken and given back', () => {
  const text =
    'r1 = value 0 0\ncall spin_lock\nr1 = value 0 0\ncall spin_unlock\nr1 = value 0 0\nr0 = *(u32 *)(r1 + 0)\nexit';
  expect(run({ maps: [{ type: 'array' }], text }).result).toBe(0);
});

test('sockets are not found', () => {
  const text = `r6 = r1\n${zeroStack(16)}\nr1 = r6\nr2 = r10\nr2 += -12\nr3 = 12\nr4 = -1\nr5 = 0\ncall sk_lookup_tcp\nexit`;
  expect(run({ text }).result).toBe(0);
});

test('a callback sees key and value and may change the value', () => {
  const contents = [4, 9].map((key) => ({ key: Uint8Array.of(key, 0, 0, 0), value: new Uint8Array(8) }));
  const outcome = run({
    maps: [{ type: 'hash', contents }],
    text: 'r1 = map 0\nr2 = callback 0\nr3 = 0\nr4 = 0\ncall for_each_map_elem\nexit',
    callbacks: ['r1 = *(u32 *)(r2 + 0)\n*(u64 *)(r3 + 0) = r1\nr0 = 0\nexit'],
  });
  expect(outcome.result).toBe(2);
  expect(outcome.maps).toEqual([['04000000=0400000000000000', '09000000=0900000000000000']]);
});

test('the assembler of these tests finds maps and callbacks', () => {
  const { code, maps, callbacks } = assembleProgram('r1 = map 3\nr2 = value 1 4\nr3 = callback 0\nexit', [
    'r0 = 0\nexit',
  ]);
  expect(maps).toEqual([
    { slot: 0, map: 3 },
    { slot: 2, map: 1, offset: 4 },
  ]);
  expect(callbacks).toEqual([7]);
  expect(code[4 * 8 + 4]).toBe(2);
});

test('contexts and maps leave no memory behind', () => {
  const before = shared.machine.memory.used;
  const maps: CaseMap[] = [
    { type: 'hash' },
    { type: 'lpm_trie', keySize: 8, flags: 1 },
    ring,
    { type: 'devmap', valueSize: 4 },
  ];
  for (const type of ['xdp', 'sched_cls', 'socket_filter'] as const) run({ type, text: 'r0 = 0\nexit', maps });
  expect(shared.machine.memory.used).toBe(before);
});
