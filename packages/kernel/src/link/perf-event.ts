import { attachTypes } from '@skep/core/abi';
import { syscallNumbers } from '../ffi/syscall-numbers.ts';
import type { Attachable } from './attachable.ts';
import { attachError, lacks } from './errors.ts';
import { BpfLink, PlainLink } from './link.ts';

/** PERF_ATTR_SIZE_VER5: all that is used here. */
const ATTR_SIZE = 112;
const PERF_FLAG_FD_CLOEXEC = 8;
const PERF_EVENT_IOC_ENABLE = 0x2400;
const PERF_EVENT_IOC_SET_BPF = 0x40042408;

/** What of `struct perf_event_attr` events for programs need (perf_event_open(2)). */
export interface PerfEvent {
  /** PERF_TYPE_*, or the number of a dynamic PMU. */
  readonly type: number;
  readonly config: number | bigint;
  readonly period?: number;
  /** Text whose address goes into config1: a path or symbol. */
  readonly name?: string;
  readonly config1?: number;
  readonly config2?: number;
  /** Thread, or all. */
  readonly pid?: number;
  /** CPU; default: 0 where it is for all threads, any where it is for one. */
  readonly cpu?: number;
}

/** Texts whose address the kernel has during a call: nothing else keeps them alive. */
const inUse = new Set<Uint8Array | undefined>();

/** Opens a perf event: its descriptor, or the negative error number. */
export function openPerfEvent({ bpf }: Attachable, event: PerfEvent): number {
  const { ffi } = bpf;
  const attr = new Uint8Array(ATTR_SIZE);
  const view = new DataView(attr.buffer);
  const name = event.name === undefined ? undefined : new TextEncoder().encode(`${event.name}\0`);
  view.setUint32(0, event.type, true);
  view.setUint32(4, ATTR_SIZE, true);
  view.setBigUint64(8, BigInt(event.config), true);
  view.setBigUint64(16, BigInt(event.period ?? 1), true);
  view.setUint32(48, 1, true);
  view.setBigUint64(56, name === undefined ? BigInt(event.config1 ?? 0) : ffi.address(name), true);
  view.setBigUint64(64, BigInt(event.config2 ?? 0), true);
  const pid = event.pid ?? -1;
  const cpu = event.cpu ?? (pid === -1 ? 0 : -1);
  inUse.add(name);
  try {
    return ffi.syscall(syscallNumbers().perf_event_open, attr, pid, cpu, -1, PERF_FLAG_FD_CLOEXEC);
  } finally {
    inUse.delete(name);
  }
}

/**
 * Lets a perf event run a program: through a bpf_link (Linux 5.15), or through the event itself. The event is closed
 * with the link, and on failure. `cookie` is what `bpf_get_attach_cookie` gives.
 */
export function linkPerfEvent(program: Attachable, event: number, what: string, cookie?: bigint): BpfLink | PlainLink {
  const { bpf, descriptor } = program;
  const { ioctl } = syscallNumbers();
  // Before it there are no cookies either: a program that was to have one cannot do without.
  const plain = cookie === undefined && lacks('perf event link');
  const result = plain
    ? bpf.ffi.syscall(ioctl, event, PERF_EVENT_IOC_SET_BPF, descriptor)
    : bpf.call(
        'link_create',
        bpf.attr('link_create', {
          prog_fd: descriptor,
          target_fd: event,
          attach_type: attachTypes.perf_event,
          'perf_event.bpf_cookie': cookie,
        }),
      );
  if (result < 0) {
    bpf.close(event);
    throw attachError(result, { kind: 'perf event link', what });
  }
  bpf.ffi.syscall(ioctl, event, PERF_EVENT_IOC_ENABLE, 0);
  if (plain) return new PlainLink('a perf event before Linux 5.15', () => bpf.close(event));
  return new BpfLink(bpf, result, [event]);
}
