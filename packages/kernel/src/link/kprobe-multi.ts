import { attachTypes } from '@skep/core/abi';
import type { AttachFields, Link } from '@skep/core/host';
import { type Attachable, missingTarget } from './attachable.ts';
import { attachError } from './errors.ts';
import { BpfLink } from './link.ts';
import { probeKind } from './probe-target.ts';

/** BPF_F_KPROBE_MULTI_RETURN. */
const RETURN = 1;

/**
 * Attaches a program to many functions of the kernel at once (Linux 5.18): `symbols`, or what the section names,
 * separated by commas.
 * @throws SKEP_NO_SUCH_NAME, SKEP_NOT_SUPPORTED.
 */
export function attachKprobeMulti(program: Attachable, options: AttachFields): Link {
  const { bpf, spec, descriptor } = program;
  const named = spec.attachTarget?.split(',').filter((name) => name !== '') ?? [];
  const symbols = options.symbols ?? (options.symbol === undefined ? named : [options.symbol]);
  if (symbols.length === 0) throw missingTarget(program, "{ symbols: ['vfs_read', 'vfs_write'] }");
  const texts = symbols.map((symbol) => new TextEncoder().encode(`${symbol}\0`));
  const pointers = new BigUint64Array(texts.map((text) => bpf.ffi.address(text)));
  const session = spec.attachType === 'trace_kprobe_session';
  const attr = bpf.attr('link_create', {
    prog_fd: descriptor,
    attach_type: session ? attachTypes.trace_kprobe_session : attachTypes.trace_kprobe_multi,
    'kprobe_multi.flags': probeKind(spec).startsWith('kretprobe') ? RETURN : 0,
    'kprobe_multi.cnt': texts.length,
    'kprobe_multi.syms': new Uint8Array(pointers.buffer),
  });
  const result = bpf.call('link_create', attr);
  if (result >= 0) return new BpfLink(bpf, result);
  throw attachError(result, {
    kind: session ? 'kprobe.session' : 'kprobe.multi',
    what: `cannot attach program ${spec.name} to ${texts.length} kernel functions`,
    invalid: `the kernel was built without fprobe, or one of ${symbols.join(', ')} is no function that can be traced`,
  });
}
