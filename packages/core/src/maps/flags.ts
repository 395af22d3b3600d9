/** Flags of map creation (`BPF_F_*`, linux/bpf.h). */
export const MapFlag = {
  /** Hash: elements are allocated as needed; required for LPM tries. */
  NO_PREALLOC: 1 << 0,
  /** LRU: one list for each CPU. */
  NO_COMMON_LRU: 1 << 1,
  NUMA_NODE: 1 << 2,
  /** User space may only read. */
  RDONLY: 1 << 3,
  /** User space may only write. */
  WRONLY: 1 << 4,
  /** Hash: seed of the hash function is 0. */
  ZERO_SEED: 1 << 6,
  /** Programs may only read. */
  RDONLY_PROG: 1 << 7,
  /** Programs may only write. */
  WRONLY_PROG: 1 << 8,
  /** Array: user space may map it into its memory. */
  MMAPABLE: 1 << 10,
  /** Perf event array: entries stay when the file that set them closes. */
  PRESERVE_ELEMS: 1 << 11,
  /** Array as inner map: its number of entries may differ from the template's. */
  INNER_MAP: 1 << 12,
} as const;

/** Flags of an update: what must hold before (`BPF_ANY`, `BPF_NOEXIST`, `BPF_EXIST`). */
export const UpdateFlag = { ANY: 0, NOEXIST: 1, EXIST: 2 } as const;
