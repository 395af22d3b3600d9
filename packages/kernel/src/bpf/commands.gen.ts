// Generated from the BTF of a running kernel by scripts/generate-kernel-abi.ts. Do not edit.

/** Commands of bpf(2) by name (`BPF_MAP_CREATE` is `map_create`). */
export const commands = {
  map_create: 0,
  map_lookup_elem: 1,
  map_update_elem: 2,
  map_delete_elem: 3,
  map_get_next_key: 4,
  prog_load: 5,
  obj_pin: 6,
  obj_get: 7,
  prog_attach: 8,
  prog_detach: 9,
  prog_test_run: 10,
  prog_get_next_id: 11,
  map_get_next_id: 12,
  prog_get_fd_by_id: 13,
  map_get_fd_by_id: 14,
  obj_get_info_by_fd: 15,
  prog_query: 16,
  raw_tracepoint_open: 17,
  btf_load: 18,
  btf_get_fd_by_id: 19,
  task_fd_query: 20,
  map_lookup_and_delete_elem: 21,
  map_freeze: 22,
  btf_get_next_id: 23,
  map_lookup_batch: 24,
  map_lookup_and_delete_batch: 25,
  map_update_batch: 26,
  map_delete_batch: 27,
  link_create: 28,
  link_update: 29,
  link_get_fd_by_id: 30,
  link_get_next_id: 31,
  enable_stats: 32,
  iter_create: 33,
  link_detach: 34,
  prog_bind_map: 35,
  token_create: 36,
  prog_stream_read_by_fd: 37,
} as const;

/** A name in {@link commands}. */
export type Command = keyof typeof commands;

/** Link types by the kernel’s name. */
export const linkTypes = {
  unspec: 0,
  raw_tracepoint: 1,
  tracing: 2,
  cgroup: 3,
  iter: 4,
  netns: 5,
  xdp: 6,
  perf_event: 7,
  kprobe_multi: 8,
  struct_ops: 9,
  netfilter: 10,
  tcx: 11,
  uprobe_multi: 12,
  netkit: 13,
  sockmap: 14,
} as const;

/** A name in {@link linkTypes}. */
export type LinkType = keyof typeof linkTypes;
