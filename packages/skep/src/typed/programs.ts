import type { Program, ProgramKind } from '@skep/bpf';
import type { Interface, Link, Packet, RunOptions, RunResult } from '@skep/core/host';

/** The handle of a program, by its kind. */
export type TypedProgram<P> = P extends Program<infer Kind, unknown> ? TypedProgramKinds[Kind] : never;

/** One handle for each program kind. */
export interface TypedProgramKinds extends Record<ProgramKind, unknown> {
  xdp: XdpProgram;
  tc: TcProgram;
  socket_filter: SocketFilterProgram;
  cgroup_skb: CgroupSkbProgram;
  cgroup_connect4: CgroupProgram;
  cgroup_connect6: CgroupProgram;
  sk_lookup: SkLookupProgram;
  tracepoint: TracingProgram;
  tp_btf: TracingProgram;
  kprobe: TracingProgram;
  kretprobe: TracingProgram;
  fentry: TracingProgram;
  fexit: TracingProgram;
  lsm: TracingProgram;
}

export interface XdpAttachOptions {
  /** `native` runs in the driver, `skb` in the stack, `offload` on the card. Default: native, else skb. */
  readonly mode?: 'native' | 'skb' | 'offload';
  /** Take the place of the program that is there. Default false: SKEP_BUSY. */
  readonly replace?: boolean;
}
export interface XdpProgram {
  attach(device: Interface, options?: XdpAttachOptions): Link;
  run(packet: Packet, options?: RunOptions): TypedRunResult<XdpVerdict>;
}
export type XdpVerdict = 'XDP_ABORTED' | 'XDP_DROP' | 'XDP_PASS' | 'XDP_TX' | 'XDP_REDIRECT';

export interface TcAttachOptions {
  readonly direction: 'ingress' | 'egress';
  /** Lower runs first. */
  readonly priority?: number;
}
export interface TcProgram {
  attach(device: Interface, options: TcAttachOptions): Link;
  run(packet: Packet, options?: RunOptions): TypedRunResult<TcVerdict>;
}
export type TcVerdict = 'TC_ACT_UNSPEC' | 'TC_ACT_OK' | 'TC_ACT_SHOT' | 'TC_ACT_PIPE' | 'TC_ACT_REDIRECT';

export interface SocketFilterProgram {
  attach(socketDescriptor: number): Link;
  run(packet: Packet, options?: RunOptions): TypedRunResult<string>;
}

/** The path of a cgroup2 directory, such as `/sys/fs/cgroup/user.slice`. */
export type CgroupPath = string;
export interface CgroupAttachOptions {
  /** Whether child cgroups may add or replace programs. Default `multi`. */
  readonly allow?: 'multi' | 'override' | 'none';
}
export interface CgroupProgram {
  attach(cgroup: CgroupPath, options?: CgroupAttachOptions): Link;
}
export interface CgroupSkbProgram {
  attach(cgroup: CgroupPath, options: CgroupAttachOptions & { readonly direction: 'ingress' | 'egress' }): Link;
  run(packet: Packet, options?: RunOptions): TypedRunResult<string>;
}

export interface SkLookupAttachOptions {
  /** Path of a network namespace. Default: this one. */
  readonly netns?: string;
}
export interface SkLookupProgram {
  attach(options?: SkLookupAttachOptions): Link;
}

/** A program whose target stands in the source: `tracepoint('a/b', ..)`, `lsm('file_open', ..)`. */
export interface TracingProgram {
  attach(): Link;
}

/** The result of a test run, with the verdicts of the kind. */
export interface TypedRunResult<Verdict extends string> extends RunResult {
  readonly verdict: Verdict;
}
