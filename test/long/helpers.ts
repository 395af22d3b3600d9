import { type KernelCase, zeroStack } from '../../packages/core/test/vm/helpers/programs.ts';
import { runInKernel, sameOutcome } from '../../packages/core/test/vm/helpers/run-in-kernel.ts';
import { runInVm } from '../../packages/core/test/vm/helpers/run-in-vm.ts';
import { KernelOracle } from '../oracle/kernel.ts';

/** Cases that wait for the kernel at the same time. */
const BATCH = 32;
/** Wrong cases that are printed whole. */
const SHOWN = 3;

/** Random numbers from a seed. */
class Source {
  #state: number;
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }
  /** 0 to `limit` - 1. */
  below(limit: number): number {
    this.#state = (Math.imul(this.#state ^ (this.#state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    const mixed = Math.imul(this.#state ^ (this.#state >>> 13), 0x297a2d39);
    return Math.floor((((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32) * limit);
  }
  from<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
  /** Mostly small, sometimes at the edges of what fits. */
  number(limit: number): number {
    return this.from([
      this.below(limit + 8),
      this.below(16),
      limit,
      limit + 1,
      this.from([0xffff, 0x10000, 0x7fffffff, 0xffffffff]),
    ]);
  }
  signed(limit: number): number {
    return this.from([this.below(2 * limit) - limit, this.below(17) - 8, 4 * (this.below(64) - 40)]);
  }
  word(): number {
    return this.from([this.below(2 ** 32), this.below(2 ** 16), 0, 0xffff, 0xffffffff]);
  }
}

/** Calls a helper on the context with these values, then mixes its result into r7. */
function call(helper: string, ...values: readonly number[]): string {
  const loads = values.map((value, at) => `r${at + 2} = ${value} ll`);
  return ['r1 = r6', ...loads, `call ${helper}`, 'r7 *= 31', 'r7 += r0'].join('\n');
}

/** Calls a helper that moves `size` bytes between the packet and the stack, and mixes those into r7. */
function move(helper: string, offset: number, size: number, last = ''): string {
  return `
    r1 = r6
    r2 = ${offset} ll
    r3 = r10
    r3 += -64
    r4 = ${size}
    ${last}
    call ${helper}
    r7 *= 31
    r7 += r0
    r1 = *(u64 *)(r10 - 64)
    r7 ^= r1
    r1 = *(u64 *)(r10 - 16)
    r7 += r1`;
}

function readField(offset: number): string {
  return `r1 = *(u32 *)(r6 + ${offset})\nr7 *= 31\nr7 += r1`;
}

type Step = (source: Source, length: number) => string;

const xdpSteps: readonly Step[] = [
  (source) => call('xdp_adjust_head', source.signed(300)),
  (source, length) => call('xdp_adjust_tail', source.signed(length + 20)),
  (source) => call('xdp_adjust_meta', source.signed(240)),
  () => call('xdp_get_buff_len'),
  (source, length) => move('xdp_load_bytes', source.number(length), 1 + source.below(64)),
  (source, length) => move('xdp_store_bytes', source.number(length), 1 + source.below(64)),
  (source) => `
    r1 = r10
    r1 += -64
    r2 = ${source.below(65)}
    r3 = r10
    r3 += -${8 * (1 + source.below(8))}
    r4 = ${source.below(9)}
    r5 = ${source.word()} ll
    call csum_diff
    r7 *= 31
    r7 += r0`,
];

const loads: readonly Step[] = [
  (source, length) => move('skb_load_bytes', source.number(length), 1 + source.below(64)),
  (source, length) =>
    move('skb_load_bytes_relative', source.number(length), 1 + source.below(64), `r5 = ${source.below(3)}`),
  (source) => readField(source.from([0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 56, 64, 68, 84])),
  (source) => `*(u32 *)(r6 + ${48 + 4 * source.below(5)}) = r7`,
];

/**
 * The head grows by 64 bytes at most in one case: beyond that the kernel moves the packet and takes an unset transport
 * header for a set one, so that skb_change_tail accepts less than the network header.
 */
const tooLong: readonly number[] = [16_064, 17_000, 0x7fffffff, 0xffffffff];

const classifierSteps: readonly Step[] = [
  ...loads,
  (source, length) => move('skb_store_bytes', source.number(length), 1 + source.below(64), `r5 = ${source.below(5)}`),
  (source) => call('skb_vlan_push', source.from([0x0081, 0xa888, 0x1234]), source.below(0x10000)),
  () => call('skb_vlan_pop'),
  () => call('skb_vlan_pop'),
  (source) =>
    call('skb_change_head', source.from([source.below(8), source.below(8), ...tooLong]), source.below(8) === 0 ? 1 : 0),
  (source, length) => call('skb_change_tail', source.number(length + 100), source.below(8) === 0 ? 1 : 0),
  (source) => call('skb_change_type', source.below(5)),
  (source) => call('skb_change_proto', source.from([0x0008, 0xdd86]), 0),
  (source, length) => call('skb_pull_data', source.number(length)),
  (source, length) =>
    call(
      `${source.from(['l3', 'l4'])}_csum_replace`,
      2 * source.below(length),
      source.word(),
      source.word(),
      source.from([0, 2, 4, 0x12, 0x14, 0x22, 0x24, 0x62, 0x64, 0x94, 3]),
    ),
  (source) => `w1 = ${source.word() | 0}\n*(u32 *)(r6 + ${source.from([8, 12, 32, 44, 72])}) = r1`,
  (source) => call('csum_level', source.below(5)),
];

function packetOf(source: Source): Uint8Array {
  const length = source.from([34, 60, 64, 100, 600, 1514]) + source.below(40);
  const packet = Uint8Array.from({ length: Math.max(length, 74) }, () => source.below(256));
  const types = source.from(['0800', '0800', '86dd', '0806', '81000123', '88a8000781000123', '0020']);
  packet.set(Buffer.from(types, 'hex'), 12);
  packet[0] = source.from([0, 1, 2, 0xff]);
  return packet;
}

const stepsOf = { xdp: xdpSteps, sched_cls: classifierSteps, socket_filter: loads } as const;

function caseOf(source: Source, name: string): KernelCase {
  const type = source.from(['xdp', 'sched_cls', 'sched_cls', 'socket_filter'] as const);
  const packet = packetOf(source);
  const count = 1 + source.below(8);
  const steps = Array.from({ length: count }, () => source.from(stepsOf[type])(source, packet.length));
  const text = `
    r6 = r1
    r7 = 0
    ${zeroStack(64)}
    *(u64 *)(r10 - 64) = 0x1234567
    ${steps.join('\n')}
    r0 = r7
    r7 >>= 32
    r0 ^= r7
    exit`;
  return { name, type, text, packet };
}

function report(item: KernelCase, vm: unknown, kernel: unknown): void {
  const hex = Buffer.from(item.packet).toString('hex');
  console.log(
    `${item.name}: ${item.type} on ${hex}\n${item.text}\nVM ${JSON.stringify(vm)}\nkernel ${JSON.stringify(kernel)}`,
  );
}

async function check(kernel: KernelOracle, item: KernelCase, show: () => boolean): Promise<boolean> {
  const inKernel = await runInKernel(kernel, item);
  const inVm = runInVm(item);
  if (sameOutcome(inVm, inKernel)) return true;
  if (show()) report(item, inVm, inKernel);
  return false;
}

/** Random chains of helper calls on random packets: the VM must agree with the kernel on result and packet. */
export const stage = {
  name: 'helpers against the kernel',
  async run({ seconds, seed }: { seconds: number; seed: number }) {
    const missing = KernelOracle.missing();
    if (missing !== undefined) {
      return { passed: 0, failed: process.env.SKEP_NO_SKIP === '1' ? 1 : 0, note: `skipped: needs ${missing}` };
    }
    await using kernel = await KernelOracle.start();
    const source = new Source(seed);
    const end = performance.now() + seconds * 1000;
    let passed = 0;
    let failed = 0;
    while (performance.now() < end) {
      const items = Array.from({ length: BATCH }, (_, at) =>
        caseOf(source, `seed ${seed}, case ${passed + failed + at}`),
      );
      const right = await Promise.all(items.map((item) => check(kernel, item, () => failed < SHOWN)));
      passed += right.filter(Boolean).length;
      failed += right.filter((one) => !one).length;
    }
    return { passed, failed, note: `seed ${seed}` };
  },
};
