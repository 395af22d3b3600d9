import { attachTypes } from '@skep/core/abi';
import type { AttachFields, Link } from '@skep/core/host';
import { type Attachable, missingTarget } from './attachable.ts';
import { functionOffset } from './elf-symbols.ts';
import { attachError } from './errors.ts';
import { BpfLink } from './link.ts';
import { probeKind, probePlace } from './probe-target.ts';

/** BPF_F_UPROBE_MULTI_RETURN. */
const RETURN = 1;

/**
 * Attaches a program to many functions of a file at once (Linux 6.6).
 * @throws SKEP_NO_SUCH_NAME, SKEP_NO_FILE, SKEP_BAD_ELF, SKEP_NOT_SUPPORTED.
 */
export function attachUprobeMulti(program: Attachable, options: AttachFields): Link {
  const { bpf, spec, descriptor } = program;
  const { path, symbol, offset } = probePlace(spec, options, true);
  if (path === undefined) throw missingTarget(program, "{ path: '/usr/bin/node', symbols: ['main'] }");
  const symbols = options.symbols ?? (symbol === undefined ? [] : [symbol]);
  const places = symbols.length === 0 ? [offset] : symbols.map((name) => functionOffset(path, name) + offset);
  const offsets = new BigUint64Array(places.map(BigInt));
  const session = spec.attachType === 'trace_uprobe_session';
  const attr = bpf.attr('link_create', {
    prog_fd: descriptor,
    attach_type: session ? attachTypes.trace_uprobe_session : attachTypes.trace_uprobe_multi,
    'uprobe_multi.path': new TextEncoder().encode(`${path}\0`),
    'uprobe_multi.offsets': new Uint8Array(offsets.buffer),
    'uprobe_multi.cnt': offsets.length,
    'uprobe_multi.flags': probeKind(spec).startsWith('uretprobe') ? RETURN : 0,
    'uprobe_multi.pid': options.pid,
  });
  const result = bpf.call('link_create', attr);
  if (result >= 0) return new BpfLink(bpf, result);
  throw attachError(result, {
    kind: session ? 'uprobe.session' : 'uprobe.multi',
    what: `cannot attach program ${spec.name} to ${path}`,
    invalid: 'an offset is not in the code of the file',
  });
}
