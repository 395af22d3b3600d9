import { type ProgramType, programTypes } from '@skep/core/abi';
import { hexBytes } from '@skep/core/base';
import type { ProgramInfo } from '@skep/core/host';
import type { Attr } from '../bpf/attr.ts';
import type { Bpf } from '../bpf/bpf.ts';
import { kernelError } from '../bpf/errors.ts';

const TAG = 8;
const TAG_SIZE = 8;

const typeNames = new Map<number, string>(Object.entries(programTypes).map(([name, number]) => [number, name]));

/** What the kernel tells of a program by its descriptor. */
export function programInfo(bpf: Bpf, descriptor: number): ProgramInfo {
  const first = readInfo(bpf, descriptor, undefined);
  const ids = new Uint8Array(first.u32('nr_map_ids') * 4);
  const info = ids.length === 0 ? first : readInfo(bpf, descriptor, ids);
  const btfId = info.u32('btf_id');
  return {
    id: info.u32('id'),
    name: info.string('name'),
    type: (typeNames.get(info.u32('type')) ?? 'unspec') as ProgramType,
    tag: hexBytes(info.bytes.subarray(TAG, TAG + TAG_SIZE)).replaceAll(' ', ''),
    loadTime: info.u64('load_time'),
    userId: info.u32('created_by_uid'),
    jitedSize: info.u32('jited_prog_len'),
    xlatedSize: info.u32('xlated_prog_len'),
    mapIds: words(ids).slice(0, info.u32('nr_map_ids')),
    runTime: info.u64('run_time_ns'),
    runCount: info.u64('run_cnt'),
    recursionMisses: info.u64('recursion_misses'),
    verifiedInstructions: info.u32('verified_insns'),
    ...(btfId === 0 ? {} : { btfId }),
  };
}

/** @param mapIds where the numbers of its maps go; without it the kernel says only how many there are. */
function readInfo(bpf: Bpf, descriptor: number, mapIds: Uint8Array | undefined): Attr<'prog_info'> {
  const info = bpf.attr('prog_info', { map_ids: mapIds, nr_map_ids: (mapIds?.length ?? 0) / 4 });
  const attr = bpf.attr('info', { bpf_fd: descriptor, info: info.bytes, info_len: info.bytes.length });
  const result = bpf.call('obj_get_info_by_fd', attr);
  if (result < 0) throw kernelError('obj_get_info_by_fd', result, 'cannot ask the kernel about a program');
  return info;
}

function words(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length / 4 }, (_, index) => view.getUint32(index * 4, true));
}
