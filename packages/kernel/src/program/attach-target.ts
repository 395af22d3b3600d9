import { geteuid } from 'node:process';
import type { AttachType, ProgramType } from '@skep/core/abi';
import { type ErrorCode, type ErrorDetails, SkepError } from '@skep/core/base';
import type { ProgramSpec } from '@skep/core/object';
import type { KernelType, KernelTypes } from '../btf/kernel-types.ts';
import { VMLINUX } from '../btf/vmlinux.ts';

/** What the kernel's types call the target of an attach type: a prefix of the name in the section, and the kind. */
const naming: Readonly<Partial<Record<AttachType, readonly [prefix: string, kind: 'typedef' | 'func']>>> = {
  trace_raw_tp: ['btf_trace_', 'typedef'],
  trace_iter: ['bpf_iter_', 'func'],
  lsm_mac: ['bpf_lsm_', 'func'],
  lsm_cgroup: ['bpf_lsm_', 'func'],
  trace_fentry: ['', 'func'],
  trace_fexit: ['', 'func'],
  trace_fsession: ['', 'func'],
  modify_return: ['', 'func'],
};

/**
 * Type of the kernel, or of a module, that a program is fixed to when it is loaded (Linux 5.5), or undefined for programs that are not.
 * The kernel's types are read once, when first needed.
 * @throws SKEP_NO_SUCH_NAME where the kernel has no such target, SKEP_NOT_SUPPORTED without BTF.
 */
export function attachType(spec: ProgramSpec, kernel: KernelTypes): KernelType | undefined {
  const [prefix, kind] = (spec.attachType && naming[spec.attachType]) ?? [];
  if (prefix === undefined || kind === undefined) return undefined;
  const target = spec.attachTarget ?? '';
  const type = kernel.find(`${prefix}${target}`, kind);
  if (type !== undefined) return type;
  throw new SkepError('SKEP_NO_SUCH_NAME', `the kernel has no target '${target}' for program ${spec.name}`, {
    reason: `its types name no ${kind} ${prefix}${target}`,
    remedy: `check section ${spec.section}; list names with: bpftool btf dump file ${VMLINUX}`,
    place: { program: spec.name, section: spec.section },
  });
}

/** Types that some kernels deny to root as well: where the rest of bpf(2) works, the privilege is not what is missing. */
const oftenDenied: ReadonlySet<ProgramType> = new Set(['tracing', 'lsm', 'ext']);

/** What to say where the kernel denies the load: root lacks no privilege, so the kernel itself does not have the type. */
export function whyDenied({ type, attachType }: ProgramSpec): ErrorDetails & { readonly code?: ErrorCode } {
  if (geteuid?.() !== 0 || !oftenDenied.has(type)) return {};
  return {
    code: 'SKEP_NOT_SUPPORTED',
    reason: `this kernel denies programs of type ${type}${attachType === undefined ? '' : ` (${attachType})`} even to root`,
    remedy: 'use a kernel that is not locked down and has BPF trampolines and BPF LSM',
  };
}
