import { readFileSync } from 'node:fs';
import type { AttachType } from '@skep/core/abi';
import { SkepError } from '@skep/core/base';
import { Btf } from '@skep/core/btf';
import type { ProgramSpec } from '@skep/core/object';

const file = '/sys/kernel/btf/vmlinux';

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

let kernelTypes: Btf | undefined;

/**
 * Type of the kernel that a program is fixed to when it is loaded (Linux 5.5), or undefined for programs that are not.
 * The kernel's types are read once, when first needed.
 * @throws SKEP_NO_SUCH_NAME where the kernel has no such target, SKEP_NOT_SUPPORTED without BTF.
 */
export function attachType(spec: ProgramSpec): number | undefined {
  const [prefix, kind] = (spec.attachType && naming[spec.attachType]) ?? [];
  if (prefix === undefined || kind === undefined) return undefined;
  const target = spec.attachTarget ?? '';
  const type = vmlinux().findByName(`${prefix}${target}`, kind);
  if (type !== undefined) return type;
  throw new SkepError('SKEP_NO_SUCH_NAME', `the kernel has no target '${target}' for program ${spec.name}`, {
    reason: `its types name no ${kind} ${prefix}${target}`,
    remedy: `check section ${spec.section}; list names with: bpftool btf dump file ${file}`,
    place: { program: spec.name, section: spec.section },
  });
}

function vmlinux(): Btf {
  kernelTypes ??= Btf.parse(readTypes());
  return kernelTypes;
}

function readTypes(): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new SkepError('SKEP_NOT_SUPPORTED', 'the types of the kernel cannot be read', {
      reason: `${file} is not there`,
      remedy: 'use a kernel built with CONFIG_DEBUG_INFO_BTF',
      cause: error,
    });
  }
}
