/** Flags of map creation (`BPF_F_*`, linux/bpf.h). */
export const MapFlag = {
  /** Hash: elements are allocated as needed; required for LPM tries. */
  NO_PREALLOC: 0x1,
  /** LRU: one list for each CPU. */
  NO_COMMON_LRU: 0x2,
  NUMA_NODE: 0x4,
  /** User space may only read. */
  RDONLY: 0x8,
  /** User space may only write. */
  WRONLY: 0x10,
  /** Hash: seed of the hash function is 0. */
  ZERO_SEED: 0x40,
  /** Programs may only read. */
  RDONLY_PROG: 0x80,
  /** Programs may only write. */
  WRONLY_PROG: 0x100,
  /** Array: user space may map it into its memory. */
  MMAPABLE: 0x400,
  /** Perf event array: entries stay when the file that set them closes. */
  PRESERVE_ELEMS: 0x800,
  /** Array as inner map: its number of entries may differ from the template's. */
  INNER_MAP: 0x1000,
} as const;

/**
 * Flags of an update: what must hold before (`BPF_ANY`, `BPF_NOEXIST`, `BPF_EXIST`), and `BPF_F_LOCK`, which needs a
 * value with a spin lock; no map of the VM knows of one, so that it is always refused.
 */
export const UpdateFlag = { ANY: 0, NOEXIST: 1, EXIST: 2, LOCK: 4 } as const;
