import type { ProgramType } from '@skep/core/abi';
import type { AttachTarget } from '@skep/core/host';
import type { ProgramSpec } from '@skep/core/object';
import type { AttachFlags } from '../settings/run-flags.ts';

/** Options that name what programs are attached to. */
export type PlaceOption = 'iface' | 'mode' | 'direction' | 'cgroup' | 'netns' | 'hook' | 'pid';

/** Where a program goes under the options given, or what is missing for that. */
export type AttachPlace =
  | {
      readonly target: AttachTarget;
      /** The place in words: `interface eth0, native`. */
      readonly where: string;
      /** Options that had a meaning for it. */
      readonly used: readonly PlaceOption[];
    }
  | { readonly missing: string }
  | { readonly impossible: string };

type FindPlace = (spec: ProgramSpec, flags: AttachFlags) => AttachPlace;

/** Each program type that the command line can attach. */
const byType: Readonly<Partial<Record<ProgramType, FindPlace>>> = {
  xdp: interfacePlace,
  sched_cls: interfacePlace,
  cgroup_skb: cgroupPlace,
  cgroup_sock: cgroupPlace,
  cgroup_sock_addr: cgroupPlace,
  cgroup_sockopt: cgroupPlace,
  cgroup_sysctl: cgroupPlace,
  cgroup_device: cgroupPlace,
  sock_ops: cgroupPlace,
  sk_lookup: netnsPlace,
  flow_dissector: netnsPlace,
  netfilter: hookPlace,
  tracepoint: sectionPlace,
  raw_tracepoint: sectionPlace,
  raw_tracepoint_writable: sectionPlace,
  kprobe: sectionPlace,
  ext: sectionPlace,
  tracing: sectionPlace,
  lsm: (spec, flags) => (spec.attachType === 'lsm_cgroup' ? cgroupPlace : sectionPlace)(spec, flags),
  perf_event: samplePlace,
};

/** What to do with programs of the other types. */
const otherWays: Readonly<Partial<Record<ProgramType, string>>> = {
  socket_filter: 'run it over a capture: --pcap FILE; in TypeScript, attach({ socket })',
  sk_reuseport: 'attach it in TypeScript: attach({ socket })',
  sk_skb: 'attach it in TypeScript: attach({ map })',
  sk_msg: 'attach it in TypeScript: attach({ map })',
  struct_ops: 'register its map in TypeScript: maps.NAME.attach()',
  sched_act: 'make it a classifier: SEC("tc")',
};

/** Finds where a program goes: what its section says, else what the options say. */
export function placeOf(spec: ProgramSpec, flags: AttachFlags): AttachPlace {
  const find = byType[spec.type];
  if (find !== undefined) return find(spec, flags);
  return { impossible: otherWays[spec.type] ?? 'there is no place that the command line could attach it to' };
}

const modes = { native: 'native', generic: 'skb', offload: 'offload' } as const;

function interfacePlace(spec: ProgramSpec, { iface, mode, direction }: AttachFlags): AttachPlace {
  if (spec.attachType === 'xdp_devmap' || spec.attachType === 'xdp_cpumap') {
    return { impossible: 'put it into a value of a devmap or cpumap' };
  }
  if (iface === undefined) return { missing: '--iface NAME' };
  if (spec.type === 'xdp') {
    const target = { device: iface, ...(mode === undefined ? {} : { mode: modes[mode] }) };
    return { target, where: `interface ${iface}${mode === undefined ? '' : `, ${mode}`}`, used: ['iface', 'mode'] };
  }
  if (spec.attachType?.startsWith('netkit')) {
    return { target: { device: iface }, where: `interface ${iface}`, used: ['iface'] };
  }
  const way = directionOf(spec) ?? direction ?? 'ingress';
  return {
    target: { device: iface, direction: way },
    where: `interface ${iface}, ${way}`,
    used: directionOf(spec) === undefined ? ['iface', 'direction'] : ['iface'],
  };
}

/** What the section says: `tc/egress`, `cgroup_skb/ingress`. */
function directionOf({ attachType }: ProgramSpec): 'ingress' | 'egress' | undefined {
  if (attachType?.endsWith('_egress')) return 'egress';
  return attachType?.endsWith('_ingress') ? 'ingress' : undefined;
}

function cgroupPlace(spec: ProgramSpec, { cgroup, direction }: AttachFlags): AttachPlace {
  if (cgroup === undefined) return { missing: '--cgroup PATH' };
  const where = `cgroup ${cgroup}`;
  if (spec.type !== 'cgroup_skb') return { target: { cgroup }, where, used: ['cgroup'] };
  const fixed = directionOf(spec);
  const way = fixed ?? direction;
  if (way === undefined) return { missing: '--direction ingress or --direction egress' };
  return {
    target: { cgroup, direction: way },
    where: `${where}, ${way}`,
    used: fixed === undefined ? ['cgroup', 'direction'] : ['cgroup'],
  };
}

function netnsPlace(_: ProgramSpec, { netns }: AttachFlags): AttachPlace {
  if (netns === undefined) return { missing: '--netns PATH, such as /proc/self/ns/net' };
  return { target: { netns }, where: `network namespace ${netns}`, used: ['netns'] };
}

function hookPlace(_: ProgramSpec, { hook }: AttachFlags): AttachPlace {
  if (hook === undefined) return { missing: '--hook FAMILY/HOOK, such as ipv4/input' };
  return { target: hook, where: `hook ${hook.family}/${hook.hook}`, used: ['hook'] };
}

/** Programs whose section names the target: `tracepoint/sched/sched_switch`, `uprobe//bin/sh:main`. */
function sectionPlace(spec: ProgramSpec, { pid }: AttachFlags): AttachPlace {
  const section = spec.section.replace(/^\?/, '');
  if ((spec.attachTarget ?? '') === '') {
    return { impossible: `write the target into its section: SEC("${section}/...")` };
  }
  const takesPid = /^(u(ret)?probe|usdt)/.test(section);
  const target = takesPid && pid !== undefined ? { pid } : {};
  return { target, where: section, used: takesPid ? ['pid'] : [] };
}

function samplePlace(_: ProgramSpec, { pid }: AttachFlags): AttachPlace {
  return {
    target: pid === undefined ? {} : { pid },
    where: `samples of cpu-clock, 1 ms, ${pid === undefined ? 'all CPUs' : `thread ${pid}`}`,
    used: ['pid'],
  };
}
