import { mapFlags, mapTypes } from '@skep/core/abi';
import type { MapSpec } from '@skep/core/object';
import type { Bpf } from '../bpf/bpf.ts';
import { kernelError } from '../bpf/errors.ts';
import { entriesFor } from './entries.ts';
import { KernelMap } from './kernel-map.ts';

/** BTF that describes a map's key and value: a loaded BTF object and the two types in it. */
export interface MapTypes {
  readonly descriptor: number;
  readonly key: number;
  readonly value: number;
}

const EINVAL = -22;
const EPERM = -1;
const E2BIG = -7;

/**
 * Makes a map in the kernel. Types that the kernel does not want for this map (it refuses them for some map types)
 * are left away, as nothing depends on them.
 * @throws SKEP_BAD_MAP, SKEP_NOT_SUPPORTED, SKEP_NOT_PERMITTED, SKEP_MEMORY_LIMIT.
 */
export function createMap(
  bpf: Bpf,
  blueprint: MapSpec,
  inner: KernelMap | undefined,
  types: MapTypes | undefined,
): KernelMap {
  const spec = { ...blueprint, maxEntries: entriesFor(blueprint) };
  const attr = bpf.attr('map_create', {
    map_type: mapTypes[spec.type],
    key_size: spec.keySize,
    value_size: spec.valueSize,
    max_entries: spec.maxEntries,
    map_flags: spec.flags,
    map_extra: spec.mapExtra,
    map_name: kernelName(spec.name),
    inner_map_fd: inner?.descriptor,
    numa_node: spec.numaNode,
    btf_fd: types?.descriptor,
    btf_key_type_id: types?.key,
    btf_value_type_id: types?.value,
  });
  let result = bpf.call('map_create', attr);
  if (result < 0 && types !== undefined) {
    attr.set('btf_fd', 0);
    attr.set('btf_key_type_id', 0);
    attr.set('btf_value_type_id', 0);
    result = bpf.call('map_create', attr);
  }
  // Data sections are read by system calls where the kernel does not map arrays (before Linux 5.5).
  if (result === EINVAL && spec.origin !== 'maps' && (spec.flags & mapFlags.BPF_F_MMAPABLE) !== 0) {
    return createMap(bpf, { ...blueprint, flags: spec.flags & ~mapFlags.BPF_F_MMAPABLE }, inner, types);
  }
  if (result < 0) throw createError(spec, result);
  return ready(new KernelMap(bpf, spec, result));
}

/** A map that can take events; where it cannot, it does not stay open. */
function ready(map: KernelMap): KernelMap {
  try {
    map.receive();
    return map;
  } catch (error) {
    map.dispose();
    throw error;
  }
}

function createError(spec: MapSpec, errno: number) {
  const what = `cannot make map ${spec.name} (${spec.type}, key ${spec.keySize}, value ${spec.valueSize}, ${spec.maxEntries} entries)`;
  if (errno === EPERM) return kernelError('map_create', errno, what);
  if (errno === E2BIG) {
    const reason = 'key, value or the number of entries are more than the kernel allocates at once';
    return kernelError('map_create', errno, what, { code: 'SKEP_BAD_MAP', reason, remedy: 'make them smaller' });
  }
  if (errno !== EINVAL) return kernelError('map_create', errno, what);
  return kernelError('map_create', errno, what, {
    code: 'SKEP_BAD_MAP',
    reason: 'the kernel refuses the definition, or does not know this map type',
    remedy: `check sizes, max_entries and flags; \`skep feature probe\` tells whether this kernel has ${spec.type}`,
  });
}

/** A name the kernel takes: at most 15 letters, digits, `_` and `.`; others become `_`. */
export function kernelName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_.]/g, '_').slice(0, 15);
}
