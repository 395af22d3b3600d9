import {
  attachTypes,
  type HelperName,
  helpers,
  type MapType,
  mapFlags,
  mapTypes,
  type ProgramType,
  programTypes,
} from '@skep/core/abi';
import type { Feature, ProbeResult } from '@skep/core/host';
import type { Bpf } from './bpf/bpf.ts';
import { errnoName } from './bpf/errors.ts';

const GPL = new TextEncoder().encode('GPL\0');
const LOG_SIZE = 4096;
/** BPF_F_SLEEPABLE. */
const SLEEPABLE = 1 << 4;
/** r0 = 0; exit */
const nothing = Uint8Array.of(0xb7, 0, 0, 0, 0, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0);

/** What probes need where a plain definition would be refused for its own sake. */
const mapShapes: Readonly<Record<string, { key?: number; value?: number; entries?: number; flags?: number }>> = {
  arena: { key: 0, value: 0, flags: mapFlags.BPF_F_MMAPABLE },
  cgroup_storage: { key: 8, entries: 0 },
  percpu_cgroup_storage: { key: 8, entries: 0 },
  lpm_trie: { key: 8, flags: 1 },
  stack_trace: { value: 8 },
  ringbuf: { key: 0, value: 0, entries: 4096 },
  user_ringbuf: { key: 0, value: 0, entries: 4096 },
  queue: { key: 0 },
  stack: { key: 0 },
  bloom_filter: { key: 0 },
};

/** Asks the kernel by trying: makes a small map or loads a small program, and closes it at once. */
export function probe(bpf: Bpf, feature: Feature): ProbeResult {
  if (feature.kind === 'map-type') return probeMapType(bpf, feature.name);
  if (feature.kind === 'program-type') return probeProgramType(bpf, feature.name);
  return probeHelper(bpf, feature.name, feature.programType);
}

function answer(bpf: Bpf, descriptor: number, what: string): ProbeResult {
  if (descriptor < 0)
    return { supported: false, reason: `the kernel refuses a small ${what} (${errnoName(descriptor)})` };
  bpf.close(descriptor);
  return { supported: true };
}

function probeMapType(bpf: Bpf, type: MapType): ProbeResult {
  const { key = 4, value = 4, entries = 1, flags = 0 } = mapShapes[type] ?? {};
  const noEntries = /storage$/.test(type);
  const inner = type.endsWith('_of_maps') ? createInner(bpf) : undefined;
  const attr = bpf.attr('map_create', {
    map_type: mapTypes[type],
    key_size: key,
    value_size: value,
    max_entries: noEntries ? 0 : entries,
    map_flags: noEntries ? mapFlags.BPF_F_NO_PREALLOC : flags,
    inner_map_fd: inner,
  });
  const result = answer(bpf, bpf.call('map_create', attr), 'map');
  if (inner !== undefined) bpf.close(inner);
  return result;
}

function createInner(bpf: Bpf): number {
  return bpf.call(
    'map_create',
    bpf.attr('map_create', { map_type: mapTypes.array, key_size: 4, value_size: 4, max_entries: 1 }),
  );
}

/** Types that load only with an attach type. */
const attachTypeOf: Readonly<Partial<Record<ProgramType, number>>> = {
  cgroup_sock_addr: attachTypes.cgroup_inet4_connect,
  cgroup_sockopt: attachTypes.cgroup_getsockopt,
  sk_lookup: attachTypes.sk_lookup,
  netfilter: attachTypes.netfilter,
};

function load(bpf: Bpf, type: ProgramType, code: Uint8Array, log?: Uint8Array): number {
  const attr = bpf.attr('prog_load', {
    prog_type: programTypes[type],
    insn_cnt: code.length / 8,
    insns: code,
    license: GPL,
    expected_attach_type: attachTypeOf[type] ?? 0,
    prog_flags: type === 'syscall' ? SLEEPABLE : 0,
    ...(log === undefined ? {} : { log_level: 1, log_size: log.length, log_buf: log }),
  });
  return bpf.call('prog_load', attr);
}

function probeProgramType(bpf: Bpf, type: ProgramType): ProbeResult {
  const log = new Uint8Array(LOG_SIZE);
  const result = load(bpf, type, nothing, log);
  // Types that need a target are known where the verifier gets as far as to say so.
  if (result < 0 && /attach_btf_id|Tracing programs must/i.test(new TextDecoder().decode(log)))
    return { supported: true };
  return answer(bpf, result, 'program');
}

/** A helper exists for a program type where the verifier complains of its arguments, not of the call. */
function probeHelper(bpf: Bpf, name: HelperName, type: ProgramType): ProbeResult {
  const log = new Uint8Array(LOG_SIZE);
  const call = Uint8Array.of(0x85, 0, 0, 0, helpers[name] & 0xff, helpers[name] >> 8, 0, 0);
  const code = new Uint8Array([...call, ...nothing]);
  const result = load(bpf, type, code, log);
  if (result >= 0) return answer(bpf, result, 'program');
  const text = new TextDecoder().decode(log.subarray(0, Math.max(0, log.indexOf(0))));
  const refusal = /unknown func|invalid func|program of this type cannot use helper|cannot call GPL/i.exec(text);
  if (refusal === null && text !== '') return { supported: true };
  return { supported: false, reason: text.split('\n').find((line) => /func|helper/.test(line)) ?? errnoName(result) };
}
