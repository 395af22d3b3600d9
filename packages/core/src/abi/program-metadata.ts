import type { ProgramType } from './program-types.gen.ts';

/** What is known of a program type beyond its name and number. */
export interface ProgramMetadata {
  /** First kernel that has it. */
  readonly since: string;
  /** Structure that r1 points to at entry; absent where it depends on the target, or is no structure. */
  readonly context?: string;
  /** The kernel refuses it without a licence compatible with the GPL. */
  readonly gplOnly?: true;
}

/** Metadata of every program type (facts of linux/bpf.h, linux/bpf_types.h and the kernels' release notes). */
export const programMetadata: Readonly<Record<ProgramType, ProgramMetadata>> = {
  unspec: { since: '3.18' },
  socket_filter: { since: '3.19', context: '__sk_buff' },
  kprobe: { since: '4.1', context: 'pt_regs' },
  sched_cls: { since: '4.1', context: '__sk_buff' },
  sched_act: { since: '4.1', context: '__sk_buff' },
  tracepoint: { since: '4.7' },
  xdp: { since: '4.8', context: 'xdp_md' },
  perf_event: { since: '4.9', context: 'bpf_perf_event_data' },
  cgroup_skb: { since: '4.10', context: '__sk_buff' },
  cgroup_sock: { since: '4.10', context: 'bpf_sock' },
  lwt_in: { since: '4.10', context: '__sk_buff' },
  lwt_out: { since: '4.10', context: '__sk_buff' },
  lwt_xmit: { since: '4.10', context: '__sk_buff' },
  sock_ops: { since: '4.13', context: 'bpf_sock_ops' },
  sk_skb: { since: '4.14', context: '__sk_buff' },
  cgroup_device: { since: '4.15', context: 'bpf_cgroup_dev_ctx' },
  sk_msg: { since: '4.17', context: 'sk_msg_md' },
  raw_tracepoint: { since: '4.17', context: 'bpf_raw_tracepoint_args' },
  cgroup_sock_addr: { since: '4.17', context: 'bpf_sock_addr' },
  lwt_seg6local: { since: '4.18', context: '__sk_buff' },
  lirc_mode2: { since: '4.18' },
  sk_reuseport: { since: '4.19', context: 'sk_reuseport_md' },
  flow_dissector: { since: '4.20', context: '__sk_buff' },
  cgroup_sysctl: { since: '5.2', context: 'bpf_sysctl' },
  raw_tracepoint_writable: { since: '5.2', context: 'bpf_raw_tracepoint_args' },
  cgroup_sockopt: { since: '5.3', context: 'bpf_sockopt' },
  tracing: { since: '5.5' },
  struct_ops: { since: '5.6', gplOnly: true },
  ext: { since: '5.6' },
  lsm: { since: '5.7', gplOnly: true },
  sk_lookup: { since: '5.9', context: 'bpf_sk_lookup' },
  syscall: { since: '5.14' },
  netfilter: { since: '6.4', context: 'bpf_nf_ctx' },
};
