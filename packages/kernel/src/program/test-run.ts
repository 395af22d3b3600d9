import { type ProgramType, verdictName } from '@skep/core/abi';
import { SkepError } from '@skep/core/base';
import type { RunOptions, RunResult } from '@skep/core/host';
import type { ProgramSpec } from '@skep/core/object';
import type { Bpf } from '../bpf/bpf.ts';
import { kernelError } from '../bpf/errors.ts';
import { onCpu } from './on-cpu.ts';
import { testContext } from './test-context.ts';

const ENODEV = -19;
const EINVAL = -22;
const ENOSPC = -28;
const ENOTSUPP = -524;
/** Room for what a program adds in front and behind. */
const GROWTH = 4096;
/** Largest room for the packet afterwards. */
const MOST_ROOM = 1 << 26;

const BPF_F_TEST_RUN_ON_CPU = 1;
const BPF_F_TEST_XDP_LIVE_FRAMES = 2;

/** What the test run of a program type takes (net/bpf/test_run.c, kernel/bpf/syscall.c as they behave on Linux 6.18). */
interface Takes {
  readonly data: boolean;
  readonly repeat: boolean;
  /** Where it leaves the context: in a place of its own, where it was given, or not at all. */
  readonly context: 'out' | 'in place' | 'none';
}

const packetRun: Takes = { data: true, repeat: true, context: 'out' };
const others: Readonly<Partial<Record<ProgramType, Takes>>> = {
  sk_lookup: { data: false, repeat: true, context: 'out' },
  flow_dissector: { data: true, repeat: true, context: 'none' },
  raw_tracepoint: { data: false, repeat: false, context: 'none' },
  raw_tracepoint_writable: { data: false, repeat: false, context: 'none' },
  syscall: { data: false, repeat: false, context: 'in place' },
  tracing: { data: false, repeat: false, context: 'none' },
  netfilter: { data: true, repeat: true, context: 'none' },
};

/**
 * One BPF_PROG_TEST_RUN (Linux 4.12; contexts 5.2 and, of XDP, 5.14; raw tracepoints 5.10; `sk_lookup` 5.13; `syscall`
 * 5.14; live frames 5.18).
 * @throws SKEP_BAD_PACKET, SKEP_NOT_SUPPORTED, SKEP_NO_SUCH_NAME for an interface that is not there, SKEP_USAGE.
 */
export function testRun(
  bpf: Bpf,
  spec: ProgramSpec,
  descriptor: number,
  packet: Uint8Array,
  options: RunOptions,
): RunResult {
  const takes = others[spec.type] ?? packetRun;
  const given = testContext(spec.type, packet.length, options);
  const live = options.live !== undefined;
  const output = takes.data && !live ? new Uint8Array(roomFor(packet, options)) : undefined;
  const after = takes.context === 'out' && given !== undefined && !live ? new Uint8Array(given.length) : undefined;
  const attr = bpf.attr('test', {
    prog_fd: descriptor,
    ...(takes.data ? { data_in: packet, data_size_in: packet.length } : {}),
    data_out: output,
    data_size_out: output?.length,
    repeat: takes.repeat ? (options.repeat ?? 1) : 0,
    ctx_in: given,
    ctx_size_in: given?.length,
    ctx_out: after,
    ctx_size_out: after?.length,
    ...placeOf(spec, options),
  });
  const call = () => bpf.call('prog_test_run', attr);
  const { cpu } = options;
  const result = cpu === undefined || takesCpu(spec) ? call() : onCpu(bpf.ffi, cpu, call);
  if (result === ENOSPC && output !== undefined) throw noRoom(spec, output.length, attr.u32('data_size_out'));
  if (result < 0) throw runError(spec, result, packet, options);
  const code = attr.u32('retval');
  const context = takes.context === 'in place' ? given : after?.subarray(0, attr.u32('ctx_size_out'));
  return {
    verdict: verdictName(spec.type, code) ?? String(code),
    code,
    data: output === undefined ? new Uint8Array(0) : output.slice(0, attr.u32('data_size_out')),
    duration: attr.u32('duration'),
    printk: [],
    copies: [],
    ...(context === undefined ? {} : { context }),
  };
}

function roomFor(packet: Uint8Array, { room }: RunOptions): number {
  if (room === undefined) return packet.length + GROWTH;
  if (Number.isInteger(room) && room >= 0 && room <= MOST_ROOM) return room;
  throw new SkepError('SKEP_USAGE', `room ${room} is out of range`, { reason: `it is 0 to ${MOST_ROOM} bytes` });
}

/** On which CPU, and whether the frames are sent for real. */
function placeOf(spec: ProgramSpec, { cpu, live }: RunOptions) {
  if (live !== undefined) {
    const batch = live === true ? 0 : (live.batchSize ?? 0);
    return { flags: BPF_F_TEST_XDP_LIVE_FRAMES, batch_size: batch };
  }
  return takesCpu(spec) && cpu !== undefined ? { flags: BPF_F_TEST_RUN_ON_CPU, cpu } : {};
}

/** Types whose test runs the kernel itself sends to a CPU; the others run where the caller is. */
function takesCpu({ type }: ProgramSpec): boolean {
  return type === 'raw_tracepoint' || type === 'raw_tracepoint_writable';
}

function noRoom(spec: ProgramSpec, room: number, needed: number): SkepError {
  return new SkepError('SKEP_BAD_PACKET', `program ${spec.name} ran, but what it made of the packet does not fit`, {
    reason: `the packet has ${needed} bytes afterwards, there was room for ${room}`,
    remedy: `run it with { room: ${needed} }`,
    errno: 'ENOSPC',
  });
}

function runError(spec: ProgramSpec, errno: number, packet: Uint8Array, options: RunOptions): SkepError {
  const takes = others[spec.type] ?? packetRun;
  const what = `cannot run program ${spec.name}${takes.data ? ` on a packet of ${packet.length} bytes` : ''}`;
  if (errno === ENOTSUPP) {
    return kernelError('prog_test_run', errno, what, {
      code: 'SKEP_NOT_SUPPORTED',
      reason: `the kernel has no test runs for programs of type ${spec.type}`,
      remedy: 'attach the program instead',
    });
  }
  if (errno === ENODEV) {
    return kernelError('prog_test_run', errno, what, {
      code: 'SKEP_NO_SUCH_NAME',
      reason: 'no interface of this network namespace has that number',
      remedy: '`ip link` lists the interfaces with their numbers',
    });
  }
  if (errno !== EINVAL) return kernelError('prog_test_run', errno, what);
  if (!takes.data || options.context !== undefined) {
    return kernelError('prog_test_run', errno, what, {
      code: 'SKEP_BAD_VALUE',
      reason: 'the kernel does not take this context: it is too short, or sets what a test cannot set',
      remedy: 'give { context } with the size of what the program reads, zeros where the kernel sets the fields',
    });
  }
  return kernelError('prog_test_run', errno, what, {
    code: 'SKEP_BAD_PACKET',
    reason: 'test runs take XDP packets from 14 bytes and socket buffers from 15 bytes, up to about 4000',
  });
}
