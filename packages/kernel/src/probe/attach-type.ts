import { release } from 'node:os';
import {
  type AttachType,
  attachProgramType,
  attachTypes,
  isOlder,
  mapFlags,
  type ProgramType,
  since,
} from '@skep/core/abi';
import type { ProbeResult } from '@skep/core/host';
import type { Fields } from '../bpf/attr.ts';
import { refused, yes } from './answer.ts';
import { createSmallMap, createStructOps } from './map-type.ts';
import { NOTHING, type Trials } from './trial.ts';

const EBADF = -9;
const EINVAL = -22;
const NO_DESCRIPTOR = -1;
const NO_INTERFACE = 0x7fffffff;

/** How a kernel is asked: 0 or more where it has the attach type, else a negative error number. Nothing is attached. */
type Ask = (trials: Trials, name: AttachType) => number;

/**
 * Types whose loading says it: the kernel refuses an attach type that it does not know, or lacks the target. Some take
 * only programs that return 1.
 */
const byLoading: Ask = (trials, name) => {
  const variant = { type: attachProgramType(name), attachType: name };
  const results = [NOTHING, ONE].map((code) => closed(trials, trials.open(variant, code)));
  return Math.max(...results);
};

/** r0 = 1; exit */
const ONE: Uint8Array = Uint8Array.of(0xb7, 0, 0, 0, 1, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0);

/** `BPF_PROG_ATTACH` to a descriptor that is none: EBADF says that the kernel got as far as to look for the target. */
const byAttaching: Ask = (trials, name) => {
  const program = trials.open({ type: attachProgramType(name), attachType: name });
  if (program < 0) return program;
  return accepted([EBADF], attach(trials, name, program), () => trials.bpf.close(program));
};

/** `BPF_PROG_ATTACH` of a descriptor that is none: EBADF says that the kernel knows the program type for it. */
const byName: Ask = (trials, name) => accepted([EBADF], attach(trials, name, NO_DESCRIPTOR));

function attach(trials: Trials, name: AttachType, program: number): number {
  const fields = { target_fd: NO_DESCRIPTOR, attach_bpf_fd: program, attach_type: attachTypes[name] };
  return trials.bpf.call('prog_attach', trials.bpf.attr('prog_attach', fields));
}

const text = new TextEncoder();

/** Places that do not exist, by attach type, for `BPF_LINK_CREATE`. */
const nowhere: Readonly<Partial<Record<AttachType, () => Fields<'link_create'>>>> = {
  perf_event: () => ({ target_fd: NO_DESCRIPTOR }),
  tcx_ingress: () => ({ target_ifindex: NO_INTERFACE }),
  tcx_egress: () => ({ target_ifindex: NO_INTERFACE }),
  netkit_primary: () => ({ target_ifindex: NO_INTERFACE }),
  netkit_peer: () => ({ target_ifindex: NO_INTERFACE }),
  trace_uprobe_multi: noFile,
  trace_uprobe_session: noFile,
};

function noFile(): Fields<'link_create'> {
  return {
    'uprobe_multi.path': text.encode('/skep-no-such-file\0'),
    'uprobe_multi.offsets': new Uint8Array(8),
    'uprobe_multi.cnt': 1,
  };
}

/** `BPF_LINK_CREATE` for a place that does not exist: any error but EINVAL says that the kernel looked for it. */
const byLinking: Ask = (trials, name) => {
  const type: ProgramType = attachProgramType(name);
  const program = trials.open({ type, attachType: name });
  if (program < 0) return program;
  const fields = { ...nowhere[name]?.(), prog_fd: program, attach_type: attachTypes[name] };
  const result = trials.bpf.call('link_create', trials.bpf.attr('link_create', fields));
  return accepted(['ENODEV', 'EBADF', 'ENOENT'].map(numberOf), result, () => trials.bpf.close(program));
};

const numbers: Readonly<Record<string, number>> = { ENOENT: -2, EBADF, ENODEV: -19, ESRCH: -3 };
const numberOf = (name: string): number => numbers[name] ?? EINVAL;

/** kprobe.multi looks names up: one that no kernel has is not found. */
const byMultiLink: Ask = (trials, name) => {
  const program = trials.open({ type: 'kprobe', attachType: name });
  if (program < 0) return program;
  const symbol = text.encode('skep_no_such_function\0');
  const pointer = new Uint8Array(8);
  new DataView(pointer.buffer).setBigUint64(0, trials.bpf.ffi.address(symbol), true);
  const link = { 'kprobe_multi.cnt': 1, 'kprobe_multi.syms': pointer };
  const attr = trials.bpf.attr('link_create', { ...link, prog_fd: program, attach_type: attachTypes[name] });
  const result = trials.bpf.call('link_create', attr);
  // The name lives until here: the kernel has read it.
  return accepted(['ENOENT', 'ESRCH'].map(numberOf), symbol.length > 0 ? result : EINVAL, () =>
    trials.bpf.close(program),
  );
};

/** Only programs for device maps may read `egress_ifindex`, at byte 20 of their context. */
const byEgressField: Ask = (trials, name) => {
  const read = Uint8Array.of(0x61, 0x10, 20, 0, 0, 0, 0, 0);
  return closed(trials, trials.open({ type: 'xdp', attachType: name }, new Uint8Array([...read, ...NOTHING])));
};

/** An entry of a CPU map takes a program of this attach type only: it is made in a map of our own, and ends with it. */
const byCpuMap: Ask = (trials, name) => {
  const { bpf } = trials;
  const program = trials.open({ type: 'xdp', attachType: name });
  if (program < 0) return program;
  const map = createSmallMap(bpf, 'cpumap', { value_size: 8 });
  const value = new Uint8Array(8);
  new DataView(value.buffer).setUint32(0, 1, true);
  new DataView(value.buffer).setInt32(4, program, true);
  const attr = bpf.attr('map_element', { map_fd: map, key: new Uint8Array(4), value });
  const result = map < 0 ? map : bpf.call('map_update_elem', attr);
  if (map >= 0) bpf.close(map);
  bpf.close(program);
  return result;
};

/** A map of operations that is registered through a link (`BPF_F_LINK`) came with the attach type. */
const byStructOps: Ask = (trials) => closed(trials, createStructOps(trials.bpf, mapFlags.BPF_F_LINK));

/** Kernels before it take any number here, so only their age tells. */
const byAge: Ask = (trials, name) => {
  const first = since.attachType(name);
  return first !== undefined && isOlder(release(), first) ? EINVAL : byLoading(trials, name);
};

function closed(trials: Trials, descriptor: number): number {
  if (descriptor >= 0) trials.bpf.close(descriptor);
  return descriptor;
}

/** 0 where the error is one of those that mean yes. */
function accepted(errors: readonly number[], result: number, after?: () => void): number {
  after?.();
  return errors.includes(result) ? 0 : result >= 0 ? EINVAL : result;
}

/** How to ask for attach types that {@link byLoading} cannot tell. */
const asks: Readonly<Partial<Record<AttachType, Ask>>> = {
  cgroup_sock_ops: byAttaching,
  cgroup_device: byAttaching,
  cgroup_sysctl: byAttaching,
  sk_skb_stream_parser: byAttaching,
  sk_skb_stream_verdict: byAttaching,
  sk_skb_verdict: byAttaching,
  sk_msg_verdict: byAttaching,
  lirc_mode2: byAttaching,
  flow_dissector: byName,
  xdp: byName,
  xdp_devmap: byEgressField,
  xdp_cpumap: byCpuMap,
  sk_reuseport_select: byAge,
  sk_reuseport_select_or_migrate: byAge,
  perf_event: byLinking,
  tcx_ingress: byLinking,
  tcx_egress: byLinking,
  netkit_primary: byLinking,
  netkit_peer: byLinking,
  trace_uprobe_multi: byLinking,
  trace_uprobe_session: byLinking,
  trace_kprobe_multi: byMultiLink,
  trace_kprobe_session: byMultiLink,
  struct_ops: byStructOps,
};

/**
 * Whether the kernel has an attach type: it loads a program for it, or lets it fail to attach to a place that does
 * not exist. Nothing is ever attached.
 */
export function probeAttachType(trials: Trials, name: AttachType): ProbeResult {
  const result = (asks[name] ?? byLoading)(trials, name);
  if (result >= 0) return yes;
  const what = result === EINVAL ? 'the attach type' : 'a program of that attach type';
  return refused(result, what, since.attachType(name));
}
