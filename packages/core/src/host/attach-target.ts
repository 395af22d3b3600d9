import type { ProgramType } from '../abi/program-types.gen.ts';

/** A network interface by name or index. */
export type Interface = string | number;

/** Where an XDP program goes. */
export interface XdpTarget {
  readonly device: Interface;
  /** `native` runs in the driver, `skb` in the stack, `offload` on the card. Default: native, else skb. */
  readonly mode?: 'native' | 'skb' | 'offload';
  /**
   * Take the place of a program that was attached without a link: of any, or only of this one (Linux 5.7). Default
   * false: SKEP_BUSY.
   */
  readonly replace?: boolean | object;
}

/**
 * Where among the programs of one place a program runs. Without it, as the last.
 *
 * What it is told by is a link, a program, or a program's number on its host; `all` stands for every other.
 */
export interface OrderTarget {
  /** Run before this one. */
  readonly before?: object | number | 'all';
  /** Run after this one. */
  readonly after?: object | number | 'all';
  /** Refuse where the programs there have changed: the number that the kernel counts their changes with. */
  readonly expectedRevision?: bigint;
}

/** Where a traffic control program goes. Programs of tcx have an order (Linux 6.6). */
export interface TcTarget extends OrderTarget {
  readonly device: Interface;
  /** Default: what the section says, else ingress. */
  readonly direction?: 'ingress' | 'egress';
  /** Lower runs first. Given, the program becomes a filter of the clsact qdisc; tcx (Linux 6.6) has no priorities. */
  readonly priority?: number;
}

/** Where a cgroup program goes. Those that run for all have an order (Linux 6.17). */
export interface CgroupTarget extends OrderTarget {
  /** Path of a cgroup2 directory. */
  readonly cgroup: string;
  /** Whether child cgroups may add or replace programs. Default `multi`. */
  readonly allow?: 'multi' | 'override' | 'none';
  /** For packets, where the section does not say. */
  readonly direction?: 'ingress' | 'egress';
}

/** Where socket look-up programs and flow dissectors go. */
export interface NetnsTarget {
  /** Path of a network namespace. Default: that of the calling thread. */
  readonly netns?: string;
}

/** The event is named by the section; this overrides it. */
export interface TracepointTarget {
  /** `category/name` of a tracepoint, `name` of a raw one. */
  readonly tracepoint?: string;
}

/** Where kernel and user probes go. What is left out comes from the section. */
export interface ProbeTarget {
  /** Function of the kernel, or symbol of the file at `path`. */
  readonly symbol?: string;
  /** Functions, for a program of a `.multi` section. */
  readonly symbols?: readonly string[];
  /** Executable or shared library, for user probes. */
  readonly path?: string;
  /** Bytes behind the symbol; without a symbol, the offset in the file. */
  readonly offset?: number;
  /** User probes in this process only. Default: all. */
  readonly pid?: number;
  /** Who offers the static probe (`usdt`), in the file at `path`. Default: whoever has one of that name. */
  readonly provider?: string;
  /** Name of the static probe. */
  readonly probe?: string;
  /** What `bpf_get_attach_cookie` (static probes: `bpf_usdt_cookie`) gives the program (Linux 5.15). */
  readonly cookie?: bigint;
}

/** What samples are taken of. */
export interface PerfEventTarget {
  /** A software event of perf_event_open(2). Default `cpu-clock`. */
  readonly event?: 'cpu-clock' | 'task-clock' | 'page-faults' | 'context-switches';
  /** A sample each time this much has happened; nanoseconds for the clocks. Default 1,000,000. */
  readonly period?: number;
  /** Samples of this thread only. Default: all CPUs. */
  readonly pid?: number;
}

/** Where a netfilter program goes (Linux 6.4). */
export interface NetfilterTarget {
  readonly family: 'ipv4' | 'ipv6';
  readonly hook: 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting';
  /** Lower runs first; each priority once. Default 0. */
  readonly priority?: number;
  /** Reassemble fragments first (Linux 6.6). */
  readonly defragment?: boolean;
}

/** Socket to filter, or one of the group of sockets that share a port. */
export interface SocketTarget {
  /** Descriptor of the socket. */
  readonly socket: number;
}

/** The sockmap or sockhash whose sockets the program watches: a map of the same host. */
export interface SockmapTarget {
  readonly map: object;
}

/** The route whose packets run the program. It is made, and goes with the link. */
export interface RouteTarget {
  /** Where packets go to: `10.1.0.0/16`, `fc00::1`. */
  readonly route: string;
  readonly device: Interface;
  /** Address of the next router. Default: the destination is reached directly. */
  readonly via?: string;
  /** Number of the routing table. Default: the main one. */
  readonly table?: number;
  /** Bytes to keep free in front of packets, for `lwt_xmit`. Default 0. */
  readonly headroom?: number;
}

/** What an iterator walks over, where it wants to be told. */
export interface IteratorTarget {
  /** The map whose elements are walked over: a map of the same host. */
  readonly map?: object;
  /** Tasks and their files: of this process only (Linux 6.1). */
  readonly pid?: number;
  /** Tasks and their files: of this thread only (Linux 6.1). */
  readonly tid?: number;
  /** Path of the cgroup2 directory to start at (Linux 6.1). */
  readonly cgroup?: string;
  /** Which cgroups, and in which order. Default `self`. */
  readonly order?: 'self' | 'descendants' | 'descendants_post' | 'ancestors';
}

/** Nothing: the target stands in the section. */
export type NoTarget = Readonly<Record<never, never>>;

/** Options of attaching, by program type. Types not in here stand for themselves and take nothing. */
export interface AttachTargets {
  readonly xdp: XdpTarget;
  readonly sched_cls: TcTarget;
  readonly cgroup_skb: CgroupTarget;
  readonly cgroup_sock: CgroupTarget;
  readonly cgroup_sock_addr: CgroupTarget;
  readonly cgroup_sockopt: CgroupTarget;
  readonly cgroup_sysctl: CgroupTarget;
  readonly cgroup_device: CgroupTarget;
  readonly sock_ops: CgroupTarget;
  readonly sk_lookup: NetnsTarget;
  readonly flow_dissector: NetnsTarget;
  readonly tracepoint: TracepointTarget;
  readonly raw_tracepoint: TracepointTarget;
  readonly raw_tracepoint_writable: TracepointTarget;
  readonly kprobe: ProbeTarget;
  readonly perf_event: PerfEventTarget;
  readonly netfilter: NetfilterTarget;
  readonly socket_filter: SocketTarget;
  readonly sk_reuseport: SocketTarget;
  readonly sk_skb: SockmapTarget;
  readonly sk_msg: SockmapTarget;
  readonly lwt_in: RouteTarget;
  readonly lwt_out: RouteTarget;
  readonly lwt_xmit: RouteTarget;
  readonly lwt_seg6local: RouteTarget;
  readonly tracing: IteratorTarget;
  /** A cgroup for `lsm_cgroup`, else nothing. */
  readonly lsm: Partial<CgroupTarget>;
}

/** What a program of this type is attached to. */
export type AttachTargetOf<Type extends ProgramType> = Type extends keyof AttachTargets
  ? AttachTargets[Type]
  : NoTarget;

/** What a program is attached to; its shape goes with the program's type. */
export type AttachTarget = AttachTargets[keyof AttachTargets] | NoTarget;

/** All options of all types, to read from an {@link AttachTarget} at run time. */
export type AttachFields = Partial<
  XdpTarget &
    TcTarget &
    CgroupTarget &
    NetnsTarget &
    TracepointTarget &
    ProbeTarget &
    PerfEventTarget &
    NetfilterTarget &
    SocketTarget &
    SockmapTarget &
    RouteTarget &
    IteratorTarget
>;
