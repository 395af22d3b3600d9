import type { AttachType } from '../abi/attach-types.gen.ts';

/** What a host tells of an attachment (BPF_OBJ_GET_INFO_BY_FD, Linux 5.8). */
export interface LinkInfo {
  /** Number of the link on its host, as `bpftool link` shows it; 0 for an attachment that has none. */
  readonly id: number;
  /** Kind of the link by the kernel's name: `xdp`, `tcx`, `cgroup`, `perf_event`; `none` for what is no bpf_link. */
  readonly type: string;
  /** Number of the program that runs; 0 for a struct of functions. */
  readonly programId: number;
  readonly attachType?: AttachType;
  /** What else the kernel tells of this kind, by its names: `ifindex`, `cgroup_id`, `map_id`, `priority`. */
  readonly details: Readonly<Record<string, number | bigint>>;
}
