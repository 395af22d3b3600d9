import type { ProgramParts } from '@skep/bpf/runtime';
import type { AttachType, ProgramType } from '@skep/core/abi';
import type { CollectionSpec, ProgramSpec } from '@skep/core/object';
import { mapSpec } from './map-spec.ts';
import type { ModuleExports } from './module-exports.ts';
import { sectionSpecs } from './section-spec.ts';
import { TypeTable } from './type-table.ts';

/** Program type, attach type and section of each kind of program. */
const kinds: Readonly<
  Record<string, { readonly type: ProgramType; readonly attachType?: AttachType; readonly section: string }>
> = {
  xdp: { type: 'xdp', section: 'xdp' },
  tc: { type: 'sched_cls', section: 'tc' },
  socket_filter: { type: 'socket_filter', section: 'socket' },
  cgroup_skb: { type: 'cgroup_skb', section: 'cgroup/skb' },
  cgroup_connect4: { type: 'cgroup_sock_addr', section: 'cgroup/connect4' },
  cgroup_connect6: { type: 'cgroup_sock_addr', section: 'cgroup/connect6' },
  sk_lookup: { type: 'sk_lookup', section: 'sk_lookup' },
  tracepoint: { type: 'tracepoint', section: 'tracepoint' },
  tp_btf: { type: 'tracing', section: 'tp_btf' },
  kprobe: { type: 'kprobe', section: 'kprobe' },
  kretprobe: { type: 'kprobe', section: 'kretprobe' },
  fentry: { type: 'tracing', section: 'fentry' },
  fexit: { type: 'tracing', section: 'fexit' },
  lsm: { type: 'lsm', section: 'lsm' },
};

/** The blueprint of a module: maps, variables and types as its object has them, programs without code. */
export function moduleSpec(exports: ModuleExports): CollectionSpec {
  const types = new TypeTable();
  const sections = sectionSpecs(exports, types);
  const maps = new Map([...exports.maps].map(([name, map]) => [name, mapSpec(name, map, types)]));
  for (const { map } of sections) maps.set(map.name, map);
  const variables = sections.flatMap((section) => section.variables);
  return {
    programs: new Map([...exports.programs].map(([name, parts]) => [name, programSpec(name, parts)])),
    maps,
    variables: new Map(variables.map((variable) => [variable.name, variable])),
    kconfig: [],
    license: exports.license,
    version: 0,
    btf: types.finish(),
    diagnostics: [],
  };
}

function programSpec(name: string, { kind, target }: ProgramParts): ProgramSpec {
  const { type, section } = kinds[kind] ?? { type: 'unspec', section: kind };
  return {
    name,
    section: target === undefined ? section : `${section}/${target}`,
    type,
    ...(target === undefined ? {} : { attachTarget: target }),
    flags: 0,
    autoload: true,
    code: new Uint8Array(0),
    references: [],
    functions: [],
    lines: [],
    coreRelocations: [],
  };
}
