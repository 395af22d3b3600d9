import { type MapType, mapFlags, mapTypes, since } from '@skep/core/abi';
import type { ProbeResult } from '@skep/core/host';
import type { Fields } from '../bpf/attr.ts';
import type { Bpf } from '../bpf/bpf.ts';
import { vmlinux } from '../btf/vmlinux.ts';
import { no, refused, yes } from './answer.ts';
import { loadIntBtf } from './int-btf.ts';

type MapFields = Fields<'map_create'>;

/** What probes need where a plain definition would be refused for its own sake. */
const shapes: Readonly<Partial<Record<MapType, MapFields>>> = {
  arena: { key_size: 0, value_size: 0, map_flags: mapFlags.BPF_F_MMAPABLE },
  cgroup_storage: { key_size: 8, max_entries: 0 },
  percpu_cgroup_storage: { key_size: 8, max_entries: 0 },
  lpm_trie: { key_size: 8, map_flags: mapFlags.BPF_F_NO_PREALLOC },
  stack_trace: { value_size: 8 },
  ringbuf: { key_size: 0, value_size: 0, max_entries: 4096 },
  user_ringbuf: { key_size: 0, value_size: 0, max_entries: 4096 },
  queue: { key_size: 0 },
  stack: { key_size: 0 },
  bloom_filter: { key_size: 0 },
};

const plain: MapFields = { key_size: 4, value_size: 4, max_entries: 1 };

/** Descriptor of a small map, or a negative error number. */
export function createSmallMap(bpf: Bpf, type: MapType, extra: MapFields = {}): number {
  const attr = bpf.attr('map_create', { ...plain, ...shapes[type], ...extra, map_type: mapTypes[type] });
  return bpf.call('map_create', attr);
}

/** A map that holds values for objects of the kernel: it must have BTF, no preallocation and no number of entries. */
function createStorage(bpf: Bpf, type: MapType): number {
  const btf = loadIntBtf(bpf);
  if (btf < 0) return btf;
  const flags = mapFlags.BPF_F_NO_PREALLOC;
  const types = { btf_fd: btf, btf_key_type_id: 1, btf_value_type_id: 1 };
  const result = createSmallMap(bpf, type, { max_entries: 0, map_flags: flags, ...types });
  bpf.close(btf);
  return result;
}

const ENOENT = -2;

/**
 * A map for the kernel's own type of a TCP congestion control (`struct_ops`). Nothing is registered: that takes an
 * update of the map.
 */
export function createStructOps(bpf: Bpf, flags = 0): number {
  const value = 'bpf_struct_ops_tcp_congestion_ops';
  const btf = loadIntBtf(bpf);
  if (btf < 0) return btf;
  try {
    const types = vmlinux();
    const id = types.findByName(value, 'struct');
    const type = id === undefined ? undefined : types.type(id);
    if (id === undefined || type?.kind !== 'struct') return ENOENT;
    const extra = { btf_fd: btf, btf_vmlinux_value_type_id: id, value_size: type.size, map_flags: flags };
    return createSmallMap(bpf, 'struct_ops', extra);
  } catch {
    return ENOENT;
  } finally {
    bpf.close(btf);
  }
}

function createWithInner(bpf: Bpf, type: MapType): number {
  const inner = createSmallMap(bpf, 'array');
  const result = createSmallMap(bpf, type, { inner_map_fd: inner });
  bpf.close(inner);
  return result;
}

/** Local storage; those of cgroups by attachment (`cgroup_storage`) are older and made otherwise. */
const storages: ReadonlySet<MapType> = new Set(['sk_storage', 'inode_storage', 'task_storage', 'cgrp_storage']);

/** Whether the kernel has a map type: it makes a small map, which is closed at once. */
export function probeMapType(bpf: Bpf, type: MapType): ProbeResult {
  if (type === 'unspec') return no('it is no type', undefined);
  const result = create(bpf, type);
  if (result < 0) return refused(result, 'a small map of that type', since.mapType(type));
  bpf.close(result);
  return yes;
}

function create(bpf: Bpf, type: MapType): number {
  if (storages.has(type)) return createStorage(bpf, type);
  if (type === 'struct_ops') return createStructOps(bpf);
  return type.endsWith('_of_maps') ? createWithInner(bpf, type) : createSmallMap(bpf, type);
}
