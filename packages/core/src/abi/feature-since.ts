/** First Linux that has what is neither a type nor a helper: kinds of links, parts of bpf(2) and instructions. */
export const featureSince = {
  // Kinds of links and attachments
  'XDP link': '5.9',
  tcx: '6.6',
  'cgroup link': '5.7',
  'network namespace link': '5.8',
  'raw tracepoint': '4.17',
  'tracing link': '5.5',
  iterator: '5.8',
  'perf event link': '5.15',
  'kprobe.multi': '5.18',
  'uprobe.multi': '6.6',
  'kprobe.session': '6.10',
  'uprobe.session': '6.13',
  'netfilter link': '6.4',
  'sockmap link': '6.10',
  'struct_ops link': '6.4',
  netkit: '6.7',
  lsm_cgroup: '6.0',
  sched_ext: '6.12',
  // Parts of bpf(2)
  'test run': '4.12',
  BTF: '4.18',
  'global data': '5.2',
  'frozen map': '5.2',
  'kernel BTF': '5.4',
  'mapped array': '5.5',
  'batch operations': '5.6',
  'test run with live frames': '5.18',
  token: '6.9',
  // What programs may do
  subprograms: '4.16',
  'one million instructions': '5.2',
  'bounded loops': '5.3',
  'global functions': '5.6',
  'sleepable programs': '5.10',
  'tail calls from subprograms': '5.10',
  'kernel functions': '5.13',
  'XDP fragments': '5.18',
  'open-coded iterators': '6.4',
  // Instructions
  'jump on 32 bits': '5.1',
  'atomic operations': '5.12',
  'instruction set v4': '6.6',
  may_goto: '6.9',
  'load-acquire': '6.15',
} as const;

/** A name in {@link featureSince}. */
export type KernelFeature = keyof typeof featureSince;
