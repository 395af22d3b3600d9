import { Btf } from '@skep/core/btf';
import type { Bpf } from '../bpf/bpf.ts';

/** Largest BTF that the kernel takes (BTF_MAX_SIZE). */
const LIMIT = 1 << 24;

/** BTF that was loaded into the kernel, by its number (Linux 4.19); undefined where it cannot be had. */
export function btfById(bpf: Bpf, id: number): Btf | undefined {
  const descriptor = bpf.call('btf_get_fd_by_id', bpf.attr('get_id', { btf_id: id }));
  if (descriptor < 0) return undefined;
  try {
    const size = readInfo(bpf, descriptor, undefined);
    if (size === undefined || size > LIMIT) return undefined;
    const bytes = new Uint8Array(size);
    return readInfo(bpf, descriptor, bytes) === undefined ? undefined : Btf.parse(bytes);
  } finally {
    bpf.close(descriptor);
  }
}

/** Asks for the size, and for the bytes where there is a place for them. */
function readInfo(bpf: Bpf, descriptor: number, bytes: Uint8Array | undefined): number | undefined {
  const info = bpf.attr('btf_info', { btf: bytes, btf_size: bytes?.length });
  const attr = bpf.attr('info', { bpf_fd: descriptor, info: info.bytes, info_len: info.bytes.length });
  return bpf.call('obj_get_info_by_fd', attr) < 0 ? undefined : info.u32('btf_size');
}
