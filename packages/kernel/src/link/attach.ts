import type { ProgramType } from '@skep/core/abi';
import { SkepError } from '@skep/core/base';
import type { AttachFields, AttachTarget, Link } from '@skep/core/host';
import type { Attachable } from './attachable.ts';
import { attachCgroup } from './cgroup.ts';
import { attachProbe } from './kprobe.ts';
import { attachNetfilter } from './netfilter.ts';
import { attachNetns } from './netns.ts';
import { attachRawTracepoint } from './raw-tracepoint.ts';
import { attachRoute } from './route.ts';
import { attachSocket } from './socket-filter.ts';
import { attachSockmap } from './sockmap.ts';
import { attachSoftwareEvent } from './software-event.ts';
import { attachTc } from './tcx.ts';
import { attachTracepoint } from './tracepoint.ts';
import { attachTracing } from './tracing.ts';
import { attachXdp } from './xdp.ts';

type Attach = (program: Attachable, target: AttachFields) => Link;

const byType: Readonly<Partial<Record<ProgramType, Attach>>> = {
  xdp: attachXdp,
  sched_cls: attachTc,
  cgroup_skb: attachCgroup,
  cgroup_sock: attachCgroup,
  cgroup_sock_addr: attachCgroup,
  cgroup_sockopt: attachCgroup,
  cgroup_sysctl: attachCgroup,
  cgroup_device: attachCgroup,
  sock_ops: attachCgroup,
  sk_lookup: attachNetns,
  flow_dissector: attachNetns,
  tracepoint: attachTracepoint,
  raw_tracepoint: attachRawTracepoint,
  raw_tracepoint_writable: attachRawTracepoint,
  tracing: attachTracing,
  lsm: attachTracing,
  ext: attachTracing,
  kprobe: attachProbe,
  perf_event: attachSoftwareEvent,
  netfilter: attachNetfilter,
  socket_filter: attachSocket,
  sk_reuseport: attachSocket,
  sk_skb: attachSockmap,
  sk_msg: attachSockmap,
  lwt_in: attachRoute,
  lwt_out: attachRoute,
  lwt_xmit: attachRoute,
  lwt_seg6local: attachRoute,
};

/** How programs reach their place that are not attached by themselves. */
const otherWays: Readonly<Partial<Record<ProgramType, string>>> = {
  syscall: 'run it instead',
  struct_ops: 'its map is what the kernel registers',
  sched_act: 'make it a classifier: SEC("tc")',
};

/** XDP programs that a map runs, not a device. */
const inMaps: ReadonlySet<string> = new Set(['xdp_devmap', 'xdp_cpumap']);

/**
 * Attaches a program as its type demands.
 * @throws SKEP_USAGE for a target of another type, SKEP_NO_SUCH_NAME, SKEP_BUSY, SKEP_NOT_PERMITTED,
 *   SKEP_NOT_SUPPORTED.
 */
export function attach(program: Attachable, target: AttachTarget): Link {
  const { type, attachType = '', name } = program.spec;
  const way = byType[type];
  if (way !== undefined && !inMaps.has(attachType)) return way(program, target);
  const remedy = inMaps.has(attachType) ? 'put it into a value of a devmap or cpumap' : otherWays[type];
  throw new SkepError('SKEP_NOT_SUPPORTED', `program ${name} (${type}) cannot be attached`, {
    ...(remedy === undefined ? {} : { remedy }),
  });
}
