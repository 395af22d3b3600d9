import type { Bpf } from '../bpf/bpf.ts';

/** Programs that a query gives at most. */
const QUERY_ROOM = 64;

/**
 * Ids of the programs attached to a cgroup or sockmap, by its descriptor (BPF_PROG_QUERY, Linux 4.15); none where it
 * cannot be asked. `flags` may ask for BPF_F_QUERY_EFFECTIVE.
 */
export function queryPrograms(bpf: Bpf, target: number, attachType: number, flags = 0): number[] {
  const ids = new Uint32Array(QUERY_ROOM);
  const attr = bpf.attr('query', {
    target_fd: target,
    attach_type: attachType,
    query_flags: flags,
    prog_ids: new Uint8Array(ids.buffer),
    prog_cnt: ids.length,
  });
  if (bpf.call('prog_query', attr) < 0) return [];
  return [...ids.subarray(0, attr.u32('prog_cnt'))];
}
