/** Options of `skep run` that say what is loaded and how results are shown, as commander hands them over. */
export interface LoadFlags {
  readonly prog?: string;
  /** Each as `joinAssignments` makes it. */
  readonly set?: readonly string[];
  readonly maps?: string;
  readonly rows: number;
  readonly json?: true;
  /** Run in the kernel instead of the VM. */
  readonly kernel?: true;
  /** File for the verifier's log of a program that is rejected. */
  readonly log?: string;
  /** Bytes. */
  readonly memory?: number;
  /** Instructions. */
  readonly budget?: number;
  readonly cpus: number;
  readonly seed?: number;
}

/** Options of a run over a capture. */
export interface RunFlags extends LoadFlags {
  readonly pcap: string;
  readonly out?: string;
  readonly limit?: number;
  readonly print?: true;
  readonly keepGoing?: true;
  readonly asTestRun?: true;
  readonly ifindex?: number;
}

/** Options of a run in which the kernel's own events call the program. */
export interface AttachFlags extends LoadFlags {
  /** Network interface by name. */
  readonly iface?: string;
  /** Where XDP programs run: in the driver, in the stack, on the card. */
  readonly mode?: 'native' | 'generic' | 'offload';
  readonly direction?: 'ingress' | 'egress';
  /** Path of a cgroup2 directory. */
  readonly cgroup?: string;
  /** Path of a network namespace. */
  readonly netns?: string;
  readonly hook?: NetfilterHook;
  readonly pid?: number;
  /** Until Ctrl-C where it is left out. */
  readonly seconds?: number;
  /** Directory on a bpf file system where the links stay. */
  readonly pin?: string;
}

/** Place of a netfilter program. */
export interface NetfilterHook {
  readonly family: 'ipv4' | 'ipv6';
  readonly hook: 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting';
}
