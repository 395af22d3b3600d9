import { type AttachType, attachTypes } from './attach-types.gen.ts';
import { featureSince, type KernelFeature } from './feature-since.ts';
import { type HelperName, helpers } from './helpers.gen.ts';
import { mapTypeSince } from './map-metadata.ts';
import type { MapType } from './map-types.gen.ts';
import { programMetadata } from './program-metadata.ts';
import type { ProgramType } from './program-types.gen.ts';

/**
 * First number that each Linux added, where names are numbered in the order in which they came: the names from there
 * to the next row are that kernel's. Numbers before the first row are as old as bpf(2) itself.
 */
type Additions = readonly (readonly [first: string, since: string])[];

const attachTypeAdditions: Additions = [
  ['cgroup_inet_ingress', '4.10'],
  ['cgroup_sock_ops', '4.13'],
  ['sk_skb_stream_parser', '4.14'],
  ['cgroup_device', '4.15'],
  ['sk_msg_verdict', '4.17'],
  ['cgroup_udp4_sendmsg', '4.18'],
  ['flow_dissector', '4.20'],
  ['cgroup_sysctl', '5.2'],
  ['cgroup_getsockopt', '5.3'],
  ['trace_raw_tp', '5.5'],
  ['modify_return', '5.7'],
  ['trace_iter', '5.8'],
  ['cgroup_inet_sock_release', '5.9'],
  ['sk_skb_verdict', '5.13'],
  ['sk_reuseport_select', '5.14'],
  ['perf_event', '5.15'],
  ['trace_kprobe_multi', '5.18'],
  ['lsm_cgroup', '6.0'],
  ['struct_ops', '6.4'],
  ['tcx_ingress', '6.6'],
  ['cgroup_unix_connect', '6.7'],
  ['trace_kprobe_session', '6.10'],
  ['trace_uprobe_session', '6.13'],
  ['trace_fsession', '7.0'],
  ['trace_fentry_multi', '7.2'],
];

const helperAdditions: Additions = [
  ['map_lookup_elem', '3.19'],
  ['probe_read', '4.1'],
  ['tail_call', '4.2'],
  ['get_cgroup_classid', '4.3'],
  ['redirect', '4.4'],
  ['skb_load_bytes', '4.5'],
  ['get_stackid', '4.6'],
  ['skb_change_proto', '4.8'],
  ['current_task_under_cgroup', '4.9'],
  ['get_numa_node_id', '4.10'],
  ['probe_read_str', '4.11'],
  ['get_socket_cookie', '4.12'],
  ['set_hash', '4.13'],
  ['redirect_map', '4.14'],
  ['xdp_adjust_meta', '4.15'],
  ['override_return', '4.16'],
  ['msg_redirect_map', '4.17'],
  ['xdp_adjust_tail', '4.18'],
  ['get_local_storage', '4.19'],
  ['sk_lookup_tcp', '4.20'],
  ['msg_pop_data', '5.0'],
  ['spin_lock', '5.1'],
  ['skc_lookup_tcp', '5.2'],
  ['send_signal', '5.3'],
  ['tcp_gen_syncookie', '5.4'],
  ['skb_output', '5.5'],
  ['tcp_send_ack', '5.6'],
  ['read_branch_records', '5.7'],
  ['ktime_get_boot_ns', '5.8'],
  ['skc_to_tcp6_sock', '5.9'],
  ['load_hdr_opt', '5.10'],
  ['task_storage_get', '5.11'],
  ['check_mtu', '5.12'],
  ['for_each_map_elem', '5.13'],
  ['sys_bpf', '5.14'],
  ['timer_init', '5.15'],
  ['get_branch_snapshot', '5.16'],
  ['find_vma', '5.17'],
  ['get_retval', '5.18'],
  ['kptr_xchg', '5.19'],
  ['tcp_raw_gen_syncookie_ipv4', '6.0'],
  ['ktime_get_tai_ns', '6.1'],
  ['cgrp_storage_get', '6.2'],
];

/** The attach types whose number is not in the order of kernels: 5.8 numbered one between two of 5.9. */
const outOfOrder: Readonly<Partial<Record<AttachType, string>>> = { lsm_mac: '5.7', xdp_devmap: '5.8' };

function sinceByNumber(
  additions: Additions,
  numbers: Readonly<Record<string, number>>,
  name: string,
): string | undefined {
  const number = numbers[name];
  if (number === undefined) return undefined;
  return additions.findLast(([first]) => (numbers[first] ?? Number.POSITIVE_INFINITY) <= number)?.[1];
}

/**
 * First Linux that has a program type, map type, attach type, helper or feature, as `6.6`; undefined for what is not
 * known. That of an attach type is the first whose headers have it. The numbers from 6.1 on are measured in part
 * (`@skep/core/abi/platform`); older ones are those of the kernel's history, which docs.ebpf.io lists as well.
 */
export const since = {
  programType: (name: ProgramType): string | undefined => programMetadata[name]?.since,
  mapType: (name: MapType): string | undefined => mapTypeSince[name],
  attachType: (name: AttachType): string | undefined =>
    outOfOrder[name] ?? sinceByNumber(attachTypeAdditions, attachTypes, name),
  helper: (name: HelperName): string | undefined => sinceByNumber(helperAdditions, helpers, name),
  feature: (name: KernelFeature): string | undefined => featureSince[name],
} as const;

/** True where Linux `running` (`6.1.0-13-amd64`, `6.1`) is older than `first` (`6.6`). */
export function isOlder(running: string, first: string): boolean {
  const [runningMajor = 0, runningMinor = 0] = running.split(/[.-]/).map((part) => Number.parseInt(part, 10) || 0);
  const [firstMajor = 0, firstMinor = 0] = first.split('.').map(Number);
  return runningMajor < firstMajor || (runningMajor === firstMajor && runningMinor < firstMinor);
}

/** `needs Linux 6.6; this is 6.1`, or undefined where `running` is new enough or the first kernel is not known. */
export function tooOldReason(running: string, first: string | undefined): string | undefined {
  if (first === undefined || !isOlder(running, first)) return undefined;
  return `needs Linux ${first}; this is ${running.split(/[.-]/).slice(0, 2).join('.')}`;
}
