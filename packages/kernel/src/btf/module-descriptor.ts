import { SkepError } from '@skep/core/base';
import type { Bpf } from '../bpf/bpf.ts';
import { kernelError } from '../bpf/errors.ts';

/** Room for the name of a module (`MODULE_NAME_LEN`). */
const NAME_SIZE = 64;

/**
 * Opens the types of a module by its name (Linux 5.11). Whoever asks closes the descriptor.
 * @throws SKEP_NOT_PERMITTED, SKEP_NOT_SUPPORTED where the module is gone.
 */
export function moduleDescriptor(bpf: Bpf, module: string): number {
  const next = bpf.attr('get_id');
  while (bpf.call('btf_get_next_id', next) >= 0) {
    const id = next.u32('next_id');
    next.set('start_id', id);
    const descriptor = bpf.call('btf_get_fd_by_id', bpf.attr('get_id', { btf_id: id }));
    // One that was freed since, or that this process may not open.
    if (descriptor < 0) continue;
    if (isModule(bpf, descriptor, module)) return descriptor;
    bpf.close(descriptor);
  }
  const denied = bpf.call('btf_get_next_id', bpf.attr('get_id'));
  const what = `cannot open the types of kernel module ${module}`;
  if (denied < 0) throw kernelError('btf_get_next_id', denied, what);
  throw new SkepError('SKEP_NOT_SUPPORTED', what, {
    reason: 'the kernel lists no such types',
    remedy: 'load the module, or run with CAP_SYS_ADMIN, which opening objects by their numbers needs',
  });
}

function isModule(bpf: Bpf, descriptor: number, module: string): boolean {
  const name = new Uint8Array(NAME_SIZE);
  const info = bpf.attr('btf_info', { name, name_len: name.length });
  const attr = bpf.attr('info', { bpf_fd: descriptor, info_len: info.bytes.length, info: info.bytes });
  if (bpf.call('obj_get_info_by_fd', attr) < 0 || info.u32('kernel_btf') === 0) return false;
  const end = name.indexOf(0);
  return new TextDecoder().decode(name.subarray(0, end < 0 ? NAME_SIZE : end)) === module;
}
