import type { AttachFields, Link } from '@skep/core/host';
import { type Attachable, missingTarget } from './attachable.ts';
import { attachError } from './errors.ts';
import { BpfLink } from './link.ts';

const text = new TextEncoder();

/**
 * Attaches a program to a raw tracepoint by its name, such as `sched_switch` (Linux 4.17).
 * @throws SKEP_NO_SUCH_NAME, SKEP_NOT_PERMITTED, SKEP_NOT_SUPPORTED.
 */
export function attachRawTracepoint(program: Attachable, { tracepoint }: AttachFields): Link {
  const name = tracepoint ?? program.spec.attachTarget;
  if (name === undefined || name === '') throw missingTarget(program, "{ tracepoint: 'sched_switch' }");
  return openRawTracepoint(program, name, `raw tracepoint ${name}`, 'raw tracepoint');
}

/** BPF_RAW_TRACEPOINT_OPEN; without a name the program's own target is meant. */
export function openRawTracepoint(
  { bpf, spec, descriptor }: Attachable,
  name: string | undefined,
  target: string,
  kind: 'raw tracepoint' | 'tracing link',
): BpfLink {
  const attr = bpf.attr('raw_tracepoint', {
    name: name === undefined ? undefined : text.encode(`${name}\0`),
    prog_fd: descriptor,
  });
  const result = bpf.call('raw_tracepoint_open', attr);
  if (result >= 0) return new BpfLink(bpf, result);
  throw attachError(result, {
    kind,
    what: `cannot attach program ${spec.name} to ${target}`,
    command: 'raw_tracepoint_open',
    ...(kind === 'tracing link' ? { denied: 'this kernel loads such programs and does not let them be attached' } : {}),
    invalid: 'the program reads more arguments than there are, or writes where nothing may be written',
  });
}
