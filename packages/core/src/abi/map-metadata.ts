import type { MapType } from './map-types.gen.ts';

/** First kernel that has each map type. */
export const mapTypeSince: Readonly<Record<MapType, string>> = {
  unspec: '3.18',
  hash: '3.19',
  array: '3.19',
  prog_array: '4.2',
  perf_event_array: '4.3',
  percpu_hash: '4.6',
  percpu_array: '4.6',
  stack_trace: '4.6',
  cgroup_array: '4.8',
  lru_hash: '4.10',
  lru_percpu_hash: '4.10',
  lpm_trie: '4.11',
  array_of_maps: '4.12',
  hash_of_maps: '4.12',
  devmap: '4.14',
  sockmap: '4.14',
  cpumap: '4.15',
  xskmap: '4.18',
  sockhash: '4.18',
  cgroup_storage: '4.19',
  reuseport_sockarray: '4.19',
  percpu_cgroup_storage: '4.20',
  queue: '4.20',
  stack: '4.20',
  sk_storage: '5.2',
  devmap_hash: '5.4',
  struct_ops: '5.6',
  ringbuf: '5.8',
  inode_storage: '5.10',
  task_storage: '5.11',
  bloom_filter: '5.16',
  user_ringbuf: '6.1',
  cgrp_storage: '6.2',
  arena: '6.9',
};

/** Flags of `BPF_MAP_CREATE` (linux/bpf.h) and the first kernel that has each. */
export const mapFlags = {
  /** Hash: allocate elements as they come; LPM trie and local storage must have it (4.6). */
  BPF_F_NO_PREALLOC: 0x1,
  /** LRU: a list for each CPU (4.10). */
  BPF_F_NO_COMMON_LRU: 0x2,
  /** `numa_node` says where to allocate (4.14). */
  BPF_F_NUMA_NODE: 0x4,
  /** The file descriptor only reads (4.15). */
  BPF_F_RDONLY: 0x8,
  /** The file descriptor only writes (4.15). */
  BPF_F_WRONLY: 0x10,
  /** Stack trace: build id and offset in the place of addresses (4.17). */
  BPF_F_STACK_BUILD_ID: 0x20,
  /** Hash: seed 0, for tests (5.0). */
  BPF_F_ZERO_SEED: 0x40,
  /** Programs only read (5.2). */
  BPF_F_RDONLY_PROG: 0x80,
  /** Programs only write (5.2). */
  BPF_F_WRONLY_PROG: 0x100,
  /** Socket storage: copied to accepted sockets (5.4). */
  BPF_F_CLONE: 0x200,
  /** Array, arena: may be mapped into user memory (5.5). */
  BPF_F_MMAPABLE: 0x400,
  /** Perf event array: entries outlive the file descriptor (5.10). */
  BPF_F_PRESERVE_ELEMS: 0x800,
  /** Array as inner map: another number of entries than the template's (5.10). */
  BPF_F_INNER_MAP: 0x1000,
  /** struct_ops: registered by a link (6.4). */
  BPF_F_LINK: 0x2000,
  /** Paths are relative to a file descriptor (6.5). */
  BPF_F_PATH_FD: 0x4000,
  /** struct_ops: the value's type is in a module's BTF (6.9). */
  BPF_F_VTYPE_BTF_OBJ_FD: 0x8000,
  /** A token gives the permission (6.9). */
  BPF_F_TOKEN_FD: 0x10000,
  /** Arena: a fault in user space is SIGSEGV (6.9). */
  BPF_F_SEGV_ON_FAULT: 0x20000,
  /** Arena: no conversion of user pointers (6.9). */
  BPF_F_NO_USER_CONV: 0x40000,
} as const;

/** A name in {@link mapFlags}. */
export type MapFlagName = keyof typeof mapFlags;

/** Names of the flags set in `flags`; bits that have none as a hexadecimal number. */
export function mapFlagNames(flags: number): string[] {
  const known = Object.entries(mapFlags).filter(([, bit]) => (flags & bit) !== 0);
  const rest = known.reduce((bits, [, bit]) => bits & ~bit, flags) >>> 0;
  return [...known.map(([name]) => name), ...(rest === 0 ? [] : [`0x${rest.toString(16)}`])];
}
