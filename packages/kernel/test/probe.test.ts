import { release } from 'node:os';
import { afterAll, expect, test } from 'vitest';
import {
  attachTypes,
  type HelperName,
  helpers,
  isOlder,
  mapTypes,
  type ProgramType,
  programTypes,
  since,
} from '../../core/src/abi/index.ts';
import type { Feature, Host, ProbeResult } from '../../core/src/host/index.ts';
import { needsBpf } from '../../core/test/support/needs.ts';
import { vmlinux } from '../src/btf/vmlinux.ts';
import { kernel } from '../src/index.ts';

const keys = <Name extends string>(table: Readonly<Record<Name, number>>) =>
  (Object.keys(table) as Name[]).filter((name) => name !== 'unspec');

const features: readonly (readonly [Feature, string | undefined])[] = [
  ...keys(programTypes).map((name) => [{ kind: 'program-type', name } as const, since.programType(name)] as const),
  ...keys(mapTypes).map((name) => [{ kind: 'map-type', name } as const, since.mapType(name)] as const),
  ...keys(attachTypes).map((name) => [{ kind: 'attach-type', name } as const, since.attachType(name)] as const),
];

/** All enumerators of the running kernel. */
function enumerators(): Set<string> {
  const btf = vmlinux();
  const names = new Set<string>();
  for (let id = 1; id < btf.count; id += 1) {
    const type = btf.kind(id) === 'enum' ? btf.type(id) : undefined;
    if (type !== undefined && 'values' in type) for (const { name } of type.values) names.add(name);
  }
  return names;
}

const prefixes = { 'program-type': 'BPF_PROG_TYPE_', 'map-type': 'BPF_MAP_TYPE_', 'attach-type': 'BPF_' } as const;

needsBpf().describe('asking the kernel', () => {
  let host: Host | undefined;
  const probe = (feature: Feature): ProbeResult => {
    host ??= kernel();
    return host.probe(feature);
  };
  afterAll(() => host?.dispose());
  const yes = { supported: true };

  test('what every kernel has is there', () => {
    for (const name of [
      'xdp',
      'sched_cls',
      'socket_filter',
      'kprobe',
      'cgroup_skb',
      'struct_ops',
      'syscall',
    ] as const) {
      expect([name, probe({ kind: 'program-type', name })]).toEqual([name, yes]);
    }
    for (const name of ['array', 'hash', 'sk_storage', 'task_storage', 'struct_ops', 'hash_of_maps'] as const) {
      expect([name, probe({ kind: 'map-type', name })]).toEqual([name, yes]);
    }
    for (const name of [
      'xdp',
      'xdp_devmap',
      'xdp_cpumap',
      'cgroup_udp4_recvmsg',
      'cgroup_sock_ops',
      'sk_msg_verdict',
      'sk_lookup',
      'flow_dissector',
      'perf_event',
      'trace_raw_tp',
      'trace_iter',
    ] as const) {
      expect([name, probe({ kind: 'attach-type', name })]).toEqual([name, yes]);
    }
  });

  test('nothing is there that came with a later kernel, and the answer names the first', () => {
    for (const [feature, first] of features) {
      if (first === undefined || !isOlder(release(), first)) continue;
      const running = release().split('.').slice(0, 2).join('.');
      const reason = `needs Linux ${first}; this is ${running}`;
      expect([feature.name, probe(feature)]).toEqual([feature.name, { supported: false, reason, since: first }]);
    }
  });

  test('what is there is named in the headers of the kernel', () => {
    const known = enumerators();
    for (const [feature] of features) {
      if (!probe(feature).supported || feature.kind === 'helper') continue;
      expect([feature.name, known.has(prefixes[feature.kind] + feature.name.toUpperCase())]).toEqual([
        feature.name,
        true,
      ]);
    }
  });

  test('what the kernel refuses has a reason', () => {
    for (const [feature] of features) {
      const answer = probe(feature);
      if (!answer.supported) expect(answer.reason).toMatch(/needs Linux|the kernel (refuses|does not permit)/);
    }
  });

  test.each<[HelperName, ProgramType, boolean]>([
    ['map_lookup_elem', 'xdp', true],
    ['ringbuf_output', 'sched_cls', true],
    ['redirect_map', 'xdp', true],
    ['skb_load_bytes', 'xdp', false],
    ['xdp_adjust_head', 'sched_cls', false],
    ['copy_from_user', 'kprobe', true],
    ['bind', 'cgroup_sock_addr', true],
    ['sk_assign', 'sk_lookup', true],
  ])('helper %s for %s: %s', (name, programType, expected) => {
    expect(probe({ kind: 'helper', name, programType }).supported).toBe(expected);
  });

  test('a helper that is newer than the kernel', () => {
    const newer = keys(helpers).filter((name) => isOlder(release(), since.helper(name) ?? '0.0'));
    for (const name of newer) {
      expect(probe({ kind: 'helper', name, programType: 'kprobe' })).toMatchObject({ since: since.helper(name) });
    }
  });
});
