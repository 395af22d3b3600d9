import type { ProgramType } from './program-types.gen.ts';

/** Names of return values by number. */
type Verdicts = ReadonlyMap<number, string>;

/** enum xdp_action (Linux 4.8, XDP_TX 4.8, XDP_REDIRECT 4.14). */
const xdp: Verdicts = new Map([
  [0, 'XDP_ABORTED'],
  [1, 'XDP_DROP'],
  [2, 'XDP_PASS'],
  [3, 'XDP_TX'],
  [4, 'XDP_REDIRECT'],
]);

/** linux/pkt_cls.h. TCX and netkit use the same numbers. */
const trafficControl: Verdicts = new Map([
  [-1, 'TC_ACT_UNSPEC'],
  [0, 'TC_ACT_OK'],
  [1, 'TC_ACT_RECLASSIFY'],
  [2, 'TC_ACT_SHOT'],
  [3, 'TC_ACT_PIPE'],
  [4, 'TC_ACT_STOLEN'],
  [5, 'TC_ACT_QUEUED'],
  [6, 'TC_ACT_REPEAT'],
  [7, 'TC_ACT_REDIRECT'],
  [8, 'TC_ACT_TRAP'],
]);

/** enum sk_action. */
const socket: Verdicts = new Map([
  [0, 'SK_DROP'],
  [1, 'SK_PASS'],
]);

/** enum bpf_ret_code, for lightweight tunnels. */
const tunnel: Verdicts = new Map([
  [0, 'BPF_OK'],
  [2, 'BPF_DROP'],
  [7, 'BPF_REDIRECT'],
  [128, 'BPF_LWT_REROUTE'],
]);

/** enum bpf_ret_code, for the flow dissector. */
const dissector: Verdicts = new Map([
  [0, 'BPF_OK'],
  [2, 'BPF_DROP'],
  [129, 'BPF_FLOW_DISSECTOR_CONTINUE'],
]);

/** linux/netfilter.h; programs may only return these two. */
const netfilter: Verdicts = new Map([
  [0, 'NF_DROP'],
  [1, 'NF_ACCEPT'],
]);

/** What a packet filter of a control group says; the upper two, on the way out only, also slow TCP down. */
const cgroupPacket: Verdicts = new Map([
  [0, 'DROP'],
  [1, 'PASS'],
  [2, 'DROP_CN'],
  [3, 'PASS_CN'],
]);

/** Whether a call on a socket goes on; denied it fails with EPERM. */
const cgroupCall: Verdicts = new Map([
  [0, 'DENY'],
  [1, 'ALLOW'],
]);

/** Verdict names of each program type whose return values have names. */
const verdicts: Partial<Record<ProgramType, Verdicts>> = {
  xdp,
  sched_cls: trafficControl,
  sched_act: trafficControl,
  lwt_in: tunnel,
  lwt_out: tunnel,
  lwt_xmit: tunnel,
  lwt_seg6local: tunnel,
  sk_skb: socket,
  sk_msg: socket,
  sk_reuseport: socket,
  sk_lookup: socket,
  cgroup_skb: cgroupPacket,
  cgroup_sock_addr: cgroupCall,
  flow_dissector: dissector,
  netfilter,
};

/**
 * The kernel's name of a return value (`XDP_PASS`, `TC_ACT_OK`), or undefined where it has none. `code` may be signed
 * or unsigned.
 */
export function verdictName(type: ProgramType, code: number): string | undefined {
  return verdicts[type]?.get(code | 0);
}

/** All verdict names of a program type by number; empty where its return values have no names. */
export function verdictNames(type: ProgramType): ReadonlyMap<number, string> {
  return verdicts[type] ?? new Map();
}
