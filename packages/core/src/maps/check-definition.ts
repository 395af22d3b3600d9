import { mapFlagNames, mapFlags } from '../abi/map-metadata.ts';
import type { MapType } from '../abi/map-types.gen.ts';
import { SkepError } from '../base/errors.ts';
import type { MapDefinition } from './definition.ts';

/** Largest allocation of the kernel (KMALLOC_MAX_SIZE) and of its per-CPU allocator (PCPU_MIN_UNIT_SIZE). */
const LARGEST_ELEMENT = 4 << 20;
const LARGEST_PER_CPU = 32 << 10;
/** What the kernel keeps beside key and value in an element of a hash. */
const HASH_HEAD = 48;

const ACCESS = mapFlags.BPF_F_RDONLY | mapFlags.BPF_F_WRONLY;
const PROGRAM_ACCESS = mapFlags.BPF_F_RDONLY_PROG | mapFlags.BPF_F_WRONLY_PROG;
const HASH_FLAGS =
  mapFlags.BPF_F_NO_PREALLOC | mapFlags.BPF_F_NUMA_NODE | mapFlags.BPF_F_ZERO_SEED | ACCESS | PROGRAM_ACCESS;

/** What a map type asks of its definition. */
interface Rules {
  /** Flags it knows. */
  readonly flags: number;
  /** Smallest and largest key and value in bytes. */
  readonly key: readonly [number, number];
  readonly value: readonly [number, number];
}

const any: readonly [number, number] = [1, 0xffffffff];
const word: readonly [number, number] = [4, 4];
const none: readonly [number, number] = [0, 0];
const perCpuValue: readonly [number, number] = [1, LARGEST_PER_CPU];
const references: Rules = { flags: mapFlags.BPF_F_NUMA_NODE | ACCESS, key: word, value: word };
const redirects: Rules = { ...references, value: [4, 8] };
const perCpuHash: Rules = { flags: HASH_FLAGS & ~mapFlags.BPF_F_NUMA_NODE, key: any, value: perCpuValue };

/** The map types of the embedded VM. */
const rules: Partial<Record<MapType, Rules>> = {
  array: {
    flags: mapFlags.BPF_F_NUMA_NODE | mapFlags.BPF_F_MMAPABLE | mapFlags.BPF_F_INNER_MAP | ACCESS | PROGRAM_ACCESS,
    key: word,
    value: [1, 0x7fffffff],
  },
  percpu_array: { flags: ACCESS | PROGRAM_ACCESS, key: word, value: perCpuValue },
  hash: { flags: HASH_FLAGS, key: any, value: any },
  percpu_hash: perCpuHash,
  lru_hash: { flags: (HASH_FLAGS & ~mapFlags.BPF_F_NO_PREALLOC) | mapFlags.BPF_F_NO_COMMON_LRU, key: any, value: any },
  lru_percpu_hash: {
    ...perCpuHash,
    flags: (perCpuHash.flags & ~mapFlags.BPF_F_NO_PREALLOC) | mapFlags.BPF_F_NO_COMMON_LRU,
  },
  lpm_trie: {
    flags: mapFlags.BPF_F_NO_PREALLOC | mapFlags.BPF_F_NUMA_NODE | ACCESS | PROGRAM_ACCESS,
    key: [5, 260],
    value: [1, LARGEST_ELEMENT - 256 - 40],
  },
  prog_array: references,
  ringbuf: { flags: mapFlags.BPF_F_NUMA_NODE, key: none, value: none },
  queue: { flags: mapFlags.BPF_F_NUMA_NODE | ACCESS | PROGRAM_ACCESS, key: none, value: [1, LARGEST_ELEMENT] },
  stack: { flags: mapFlags.BPF_F_NUMA_NODE | ACCESS | PROGRAM_ACCESS, key: none, value: [1, LARGEST_ELEMENT] },
  array_of_maps: references,
  hash_of_maps: { flags: HASH_FLAGS, key: any, value: word },
  devmap: redirects,
  devmap_hash: redirects,
  cpumap: { ...redirects, flags: mapFlags.BPF_F_NUMA_NODE },
  xskmap: references,
  perf_event_array: { ...references, flags: references.flags | mapFlags.BPF_F_PRESERVE_ELEMS },
};

/**
 * Checks a definition by the rules of the kernel (measured on Linux 6.18).
 * @throws SKEP_BAD_MAP with the rule that is broken; SKEP_NOT_SUPPORTED for a map type that the VM does not have.
 */
export function checkDefinition(definition: MapDefinition): void {
  const rule = rules[definition.type];
  if (rule === undefined) refuseType(definition);
  for (const field of ['keySize', 'valueSize', 'maxEntries', 'flags'] as const) checkRange(definition, field);
  checkSize(definition, 'key', definition.keySize, rule.key);
  checkSize(definition, 'value', definition.valueSize, rule.value);
  if (definition.maxEntries === 0)
    refuse(definition, 'max_entries is 0', 'a map of this type needs at least one entry');
  if (definition.mapExtra !== 0n) refuse(definition, 'map_extra is set', 'only bloom filters and arenas have it');
  checkFlags(definition, rule.flags);
  checkElement(definition);
  checkRedirect(definition);
  if (definition.type === 'ringbuf') checkRing(definition);
}

function refuseType({ name, type }: MapDefinition): never {
  throw new SkepError('SKEP_NOT_SUPPORTED', `map ${name} has type ${type}, which the VM does not have`, {
    reason: `the VM has ${Object.keys(rules).join(', ')}`,
    remedy: 'use one of those types, or run the program in a kernel',
  });
}

function checkRange(definition: MapDefinition, field: 'keySize' | 'valueSize' | 'maxEntries' | 'flags'): void {
  const value = definition[field];
  if (Number.isInteger(value) && value >= 0 && value <= 0xffffffff) return;
  refuse(definition, `${field} is ${value}`, 'it must be a number of 32 bits');
}

function checkSize(
  definition: MapDefinition,
  part: 'key' | 'value',
  size: number,
  [least, most]: readonly [number, number],
): void {
  if (size >= least && size <= most) return;
  const wanted = least === most ? `${least}` : most === 0xffffffff ? `at least ${least}` : `${least} to ${most}`;
  // The kernel names sizes beyond its allocators apart from wrong ones, save for LPM tries.
  const tooBig = size > most && most >= LARGEST_PER_CPU && definition.type !== 'lpm_trie';
  refuse(definition, `${part}_size is ${size}`, `this type takes ${wanted} bytes`, tooBig ? 'E2BIG' : 'EINVAL');
}

function checkFlags(definition: MapDefinition, known: number): void {
  const { type, flags } = definition;
  const unknown = (flags & ~known) >>> 0;
  if (unknown !== 0) {
    const lowest = (unknown & -unknown) >>> 0;
    const name = mapFlagNames(lowest).join().replace(/^0x/, 'flag 0x');
    const noPrealloc = lowest === mapFlags.BPF_F_NO_PREALLOC && type.startsWith('lru');
    refuse(definition, `${name} is set`, 'this type does not have this flag', noPrealloc ? 'ENOTSUPP' : 'EINVAL');
  }
  for (const pair of [ACCESS, PROGRAM_ACCESS]) {
    if ((flags & pair) === pair) refuse(definition, 'it is read only and write only', 'it can be one of both');
  }
  if (type === 'lpm_trie' && (flags & mapFlags.BPF_F_NO_PREALLOC) === 0) {
    refuse(definition, 'BPF_F_NO_PREALLOC is not set', 'an LPM trie needs this flag');
  }
}

/** A hash keeps key and value in one allocation, and has no more buckets than 31 bits count. */
function checkElement(definition: MapDefinition): void {
  const { type, keySize, valueSize, maxEntries } = definition;
  if (!type.includes('hash')) return;
  if (keySize + valueSize >= LARGEST_ELEMENT - HASH_HEAD) {
    const most = LARGEST_ELEMENT - HASH_HEAD - 1;
    refuse(definition, `key and value have ${keySize + valueSize} bytes`, `together at most ${most} fit`, 'E2BIG');
  }
  if (maxEntries > 0x80000000) {
    refuse(definition, `max_entries is ${maxEntries}`, 'a hash has at most 2147483648', 'E2BIG');
  }
}

/** An interface or a queue size, alone or with a program behind it. */
function checkRedirect(definition: MapDefinition): void {
  const { type, valueSize } = definition;
  if (!type.startsWith('devmap') && type !== 'cpumap') return;
  if (valueSize !== 4 && valueSize !== 8)
    refuse(definition, `value_size is ${valueSize}`, 'this type takes 4 or 8 bytes');
}

function checkRing(definition: MapDefinition): void {
  const { maxEntries } = definition;
  if (maxEntries % 4096 === 0 && (maxEntries & (maxEntries - 1)) === 0) return;
  refuse(definition, `max_entries is ${maxEntries}`, 'the bytes of a ring buffer are a power of two, at least 4096');
}

function refuse(definition: MapDefinition, what: string, reason: string, errno = 'EINVAL'): never {
  throw new SkepError('SKEP_BAD_MAP', `map ${definition.name} of type ${definition.type} cannot be: ${what}`, {
    reason,
    remedy: 'change the definition of the map',
    errno,
  });
}
