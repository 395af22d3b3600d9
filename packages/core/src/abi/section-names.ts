import type { AttachType } from './attach-types.gen.ts';
import type { ProgramType } from './program-types.gen.ts';

/** `BPF_F_*` bits of `BPF_PROG_LOAD` that a section name can ask for (linux/bpf.h). */
export const programFlags = {
  /** The program may sleep: fault in user memory, call sleepable helpers (Linux 5.10). */
  BPF_F_SLEEPABLE: 0x10,
  /** The XDP program understands packets in several fragments (Linux 5.18). */
  BPF_F_XDP_HAS_FRAGS: 0x20,
} as const;

/** What the name of a code section says about the program in it. */
export interface SectionDefinition {
  /** Entry of the table: `xdp`, or `kprobe+` for `kprobe` and `kprobe/anything`. */
  readonly pattern: string;
  readonly type: ProgramType;
  readonly attachType?: AttachType;
  /** {@link programFlags}. */
  readonly flags: number;
  /** What stands behind the pattern's slash: `syscalls/sys_enter_openat`. */
  readonly target?: string;
  /** A spelling that libbpf took before 1.0 and refuses now, such as `xdp_prog` or `classifier/a`. */
  readonly legacy: boolean;
}

/** Pattern, program type, expected attach type, flags. */
type Row = readonly [
  pattern: string,
  type: ProgramType,
  attachType?: AttachType | undefined,
  flags?: 'sleepable' | 'frags',
];

/**
 * The section names that libbpf knows, in its order (see NOTICE). A `+` stands for "alone, or with a slash and a
 * target"; every other name must match as it is.
 */
const rows: readonly Row[] = [
  ['socket', 'socket_filter'],
  ['sk_reuseport/migrate', 'sk_reuseport', 'sk_reuseport_select_or_migrate'],
  ['sk_reuseport', 'sk_reuseport', 'sk_reuseport_select'],
  ['kprobe+', 'kprobe'],
  ['uprobe+', 'kprobe'],
  ['uprobe.s+', 'kprobe', undefined, 'sleepable'],
  ['kretprobe+', 'kprobe'],
  ['uretprobe+', 'kprobe'],
  ['uretprobe.s+', 'kprobe', undefined, 'sleepable'],
  ['kprobe.multi+', 'kprobe', 'trace_kprobe_multi'],
  ['kretprobe.multi+', 'kprobe', 'trace_kprobe_multi'],
  ['kprobe.session+', 'kprobe', 'trace_kprobe_session'],
  ['uprobe.multi+', 'kprobe', 'trace_uprobe_multi'],
  ['uretprobe.multi+', 'kprobe', 'trace_uprobe_multi'],
  ['uprobe.session+', 'kprobe', 'trace_uprobe_session'],
  ['uprobe.multi.s+', 'kprobe', 'trace_uprobe_multi', 'sleepable'],
  ['uretprobe.multi.s+', 'kprobe', 'trace_uprobe_multi', 'sleepable'],
  ['uprobe.session.s+', 'kprobe', 'trace_uprobe_session', 'sleepable'],
  ['ksyscall+', 'kprobe'],
  ['kretsyscall+', 'kprobe'],
  ['usdt+', 'kprobe'],
  ['usdt.s+', 'kprobe', undefined, 'sleepable'],
  ['tc/ingress', 'sched_cls', 'tcx_ingress'],
  ['tc/egress', 'sched_cls', 'tcx_egress'],
  ['tcx/ingress', 'sched_cls', 'tcx_ingress'],
  ['tcx/egress', 'sched_cls', 'tcx_egress'],
  ['tc', 'sched_cls'],
  ['classifier', 'sched_cls'],
  ['action', 'sched_act'],
  ['netkit/primary', 'sched_cls', 'netkit_primary'],
  ['netkit/peer', 'sched_cls', 'netkit_peer'],
  ['tracepoint+', 'tracepoint'],
  ['tp+', 'tracepoint'],
  ['tracepoint.s+', 'tracepoint', undefined, 'sleepable'],
  ['tp.s+', 'tracepoint', undefined, 'sleepable'],
  ['raw_tracepoint+', 'raw_tracepoint'],
  ['raw_tp+', 'raw_tracepoint'],
  ['raw_tracepoint.s+', 'raw_tracepoint', undefined, 'sleepable'],
  ['raw_tp.s+', 'raw_tracepoint', undefined, 'sleepable'],
  ['raw_tracepoint.w+', 'raw_tracepoint_writable'],
  ['raw_tp.w+', 'raw_tracepoint_writable'],
  ['tp_btf+', 'tracing', 'trace_raw_tp'],
  ['tp_btf.s+', 'tracing', 'trace_raw_tp', 'sleepable'],
  ['fentry+', 'tracing', 'trace_fentry'],
  ['fmod_ret+', 'tracing', 'modify_return'],
  ['fexit+', 'tracing', 'trace_fexit'],
  ['fentry.s+', 'tracing', 'trace_fentry', 'sleepable'],
  ['fmod_ret.s+', 'tracing', 'modify_return', 'sleepable'],
  ['fexit.s+', 'tracing', 'trace_fexit', 'sleepable'],
  ['fsession+', 'tracing', 'trace_fsession'],
  ['fsession.s+', 'tracing', 'trace_fsession', 'sleepable'],
  ['fentry.multi+', 'tracing', 'trace_fentry_multi'],
  ['fexit.multi+', 'tracing', 'trace_fexit_multi'],
  ['fsession.multi+', 'tracing', 'trace_fsession_multi'],
  ['fentry.multi.s+', 'tracing', 'trace_fentry_multi', 'sleepable'],
  ['fexit.multi.s+', 'tracing', 'trace_fexit_multi', 'sleepable'],
  ['fsession.multi.s+', 'tracing', 'trace_fsession_multi', 'sleepable'],
  ['freplace+', 'ext'],
  ['lsm+', 'lsm', 'lsm_mac'],
  ['lsm.s+', 'lsm', 'lsm_mac', 'sleepable'],
  ['lsm_cgroup+', 'lsm', 'lsm_cgroup'],
  ['iter+', 'tracing', 'trace_iter'],
  ['iter.s+', 'tracing', 'trace_iter', 'sleepable'],
  ['syscall', 'syscall', undefined, 'sleepable'],
  ['xdp.frags/devmap', 'xdp', 'xdp_devmap', 'frags'],
  ['xdp/devmap', 'xdp', 'xdp_devmap'],
  ['xdp.frags/cpumap', 'xdp', 'xdp_cpumap', 'frags'],
  ['xdp/cpumap', 'xdp', 'xdp_cpumap'],
  ['xdp.frags', 'xdp', 'xdp', 'frags'],
  ['xdp', 'xdp', 'xdp'],
  ['perf_event', 'perf_event'],
  ['lwt_in', 'lwt_in'],
  ['lwt_out', 'lwt_out'],
  ['lwt_xmit', 'lwt_xmit'],
  ['lwt_seg6local', 'lwt_seg6local'],
  ['sockops', 'sock_ops', 'cgroup_sock_ops'],
  ['sk_skb/stream_parser', 'sk_skb', 'sk_skb_stream_parser'],
  ['sk_skb/stream_verdict', 'sk_skb', 'sk_skb_stream_verdict'],
  ['sk_skb/verdict', 'sk_skb', 'sk_skb_verdict'],
  ['sk_skb', 'sk_skb'],
  ['sk_msg', 'sk_msg', 'sk_msg_verdict'],
  ['lirc_mode2', 'lirc_mode2', 'lirc_mode2'],
  ['flow_dissector', 'flow_dissector', 'flow_dissector'],
  ['cgroup_skb/ingress', 'cgroup_skb', 'cgroup_inet_ingress'],
  ['cgroup_skb/egress', 'cgroup_skb', 'cgroup_inet_egress'],
  ['cgroup/skb', 'cgroup_skb'],
  ['cgroup/sock_create', 'cgroup_sock', 'cgroup_inet_sock_create'],
  ['cgroup/sock_release', 'cgroup_sock', 'cgroup_inet_sock_release'],
  ['cgroup/sock', 'cgroup_sock', 'cgroup_inet_sock_create'],
  ['cgroup/post_bind4', 'cgroup_sock', 'cgroup_inet4_post_bind'],
  ['cgroup/post_bind6', 'cgroup_sock', 'cgroup_inet6_post_bind'],
  ['cgroup/bind4', 'cgroup_sock_addr', 'cgroup_inet4_bind'],
  ['cgroup/bind6', 'cgroup_sock_addr', 'cgroup_inet6_bind'],
  ['cgroup/connect4', 'cgroup_sock_addr', 'cgroup_inet4_connect'],
  ['cgroup/connect6', 'cgroup_sock_addr', 'cgroup_inet6_connect'],
  ['cgroup/connect_unix', 'cgroup_sock_addr', 'cgroup_unix_connect'],
  ['cgroup/sendmsg4', 'cgroup_sock_addr', 'cgroup_udp4_sendmsg'],
  ['cgroup/sendmsg6', 'cgroup_sock_addr', 'cgroup_udp6_sendmsg'],
  ['cgroup/sendmsg_unix', 'cgroup_sock_addr', 'cgroup_unix_sendmsg'],
  ['cgroup/recvmsg4', 'cgroup_sock_addr', 'cgroup_udp4_recvmsg'],
  ['cgroup/recvmsg6', 'cgroup_sock_addr', 'cgroup_udp6_recvmsg'],
  ['cgroup/recvmsg_unix', 'cgroup_sock_addr', 'cgroup_unix_recvmsg'],
  ['cgroup/getpeername4', 'cgroup_sock_addr', 'cgroup_inet4_getpeername'],
  ['cgroup/getpeername6', 'cgroup_sock_addr', 'cgroup_inet6_getpeername'],
  ['cgroup/getpeername_unix', 'cgroup_sock_addr', 'cgroup_unix_getpeername'],
  ['cgroup/getsockname4', 'cgroup_sock_addr', 'cgroup_inet4_getsockname'],
  ['cgroup/getsockname6', 'cgroup_sock_addr', 'cgroup_inet6_getsockname'],
  ['cgroup/getsockname_unix', 'cgroup_sock_addr', 'cgroup_unix_getsockname'],
  ['cgroup/sysctl', 'cgroup_sysctl', 'cgroup_sysctl'],
  ['cgroup/getsockopt', 'cgroup_sockopt', 'cgroup_getsockopt'],
  ['cgroup/setsockopt', 'cgroup_sockopt', 'cgroup_setsockopt'],
  ['cgroup/dev', 'cgroup_device', 'cgroup_device'],
  ['struct_ops+', 'struct_ops'],
  ['struct_ops.s+', 'struct_ops', undefined, 'sleepable'],
  ['sk_lookup', 'sk_lookup', 'sk_lookup'],
  ['netfilter', 'netfilter', 'netfilter'],
];

/** Spellings of before libbpf 1.0 that were names of their own. */
const renamed: readonly Row[] = [
  ['xdp_devmap+', 'xdp', 'xdp_devmap'],
  ['xdp_cpumap+', 'xdp', 'xdp_cpumap'],
];

/** Names that libbpf before 1.0 took as a mere beginning: `xdp_prog`, `socket1`, `classifier/ingress`. */
const loose: ReadonlySet<string> = new Set([
  'socket',
  'tc',
  'classifier',
  'action',
  'sk_lookup',
  'xdp',
  'perf_event',
  'lwt_in',
  'lwt_out',
  'lwt_xmit',
  'lwt_seg6local',
  'sockops',
  'sk_skb',
  'sk_msg',
  'lirc_mode2',
  'flow_dissector',
  'cgroup_skb/ingress',
  'cgroup_skb/egress',
  'cgroup/skb',
  'cgroup/sock',
  'cgroup/dev',
]);

/** Rows by their name without `+`. */
const exact: ReadonlyMap<string, Row> = new Map(rows.map((row) => [nameOf(row), row]));

/** Patterns of all section names, as libbpf's documentation writes them. */
export const sectionPatterns: readonly string[] = rows.map(([pattern]) => pattern);

function nameOf([pattern]: Row): string {
  return pattern.endsWith('+') ? pattern.slice(0, -1) : pattern;
}

/**
 * What a section name says about the program in it, or undefined where it says nothing. A leading `?` (do not load
 * unless asked) is passed over.
 */
export function sectionDefinition(section: string): SectionDefinition | undefined {
  const name = section.startsWith('?') ? section.slice(1) : section;
  const row = exact.get(name);
  if (row !== undefined) return define(row, undefined, false);
  return withTarget(name) ?? renamedSection(name) ?? looseSection(name);
}

/** `kprobe/do_exit` by `kprobe+`: the part before the first slash names the row. */
function withTarget(name: string): SectionDefinition | undefined {
  const slash = name.indexOf('/');
  const row = slash < 0 ? undefined : exact.get(name.slice(0, slash));
  return row?.[0].endsWith('+') ? define(row, name.slice(slash + 1), false) : undefined;
}

function renamedSection(name: string): SectionDefinition | undefined {
  const row = renamed.find((entry) => name === nameOf(entry) || name.startsWith(`${nameOf(entry)}/`));
  return row === undefined ? undefined : define(row, undefined, true);
}

function looseSection(name: string): SectionDefinition | undefined {
  const row = rows.find((entry) => loose.has(entry[0]) && name.startsWith(entry[0]));
  return row === undefined ? undefined : define(row, undefined, true);
}

function define(
  [pattern, type, attachType, mark]: Row,
  target: string | undefined,
  legacy: boolean,
): SectionDefinition {
  const { BPF_F_SLEEPABLE, BPF_F_XDP_HAS_FRAGS } = programFlags;
  return {
    pattern,
    type,
    ...(attachType === undefined ? {} : { attachType }),
    flags: mark === 'sleepable' ? BPF_F_SLEEPABLE : mark === 'frags' ? BPF_F_XDP_HAS_FRAGS : 0,
    ...(target === undefined || target === '' ? {} : { target }),
    legacy,
  };
}
