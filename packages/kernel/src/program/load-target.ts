import { attachTypes } from '@skep/core/abi';
import { SkepError } from '@skep/core/base';
import { Btf } from '@skep/core/btf';
import type { ProgramTarget } from '@skep/core/host';
import type { ProgramSpec } from '@skep/core/object';
import type { Fields } from '../bpf/attr.ts';
import type { Bpf } from '../bpf/bpf.ts';
import { kernelError } from '../bpf/errors.ts';
import type { KernelTypes } from '../btf/kernel-types.ts';
import { descriptorOf } from '../link/attachable.ts';
import { kernelStruct, memberIndex } from '../link/struct-ops-type.ts';
import { attachType } from './attach-target.ts';

/** Program types that may be fixed to a function of another BPF program. */
const ofPrograms: ReadonlySet<string> = new Set(['ext', 'trace_fentry', 'trace_fexit', 'trace_fsession']);

/**
 * The fields of BPF_PROG_LOAD that fix a program to its target: a type or function of the kernel, a function of another
 * program (Linux 5.6), or a member of a struct of functions (Linux 5.6).
 * @throws SKEP_NO_SUCH_NAME, SKEP_NOT_SUPPORTED, SKEP_USAGE where an extension was not told its target.
 */
export function loadTarget(
  bpf: Bpf,
  spec: ProgramSpec,
  target: ProgramTarget | undefined,
  kernel: KernelTypes,
): Fields<'prog_load'> {
  const expected = spec.attachType === undefined ? 0 : attachTypes[spec.attachType];
  if (target !== undefined) return { expected_attach_type: expected, ...functionOf(bpf, spec, target) };
  if (spec.type === 'struct_ops') return structMember(spec);
  if (spec.type === 'ext') {
    throw new SkepError('SKEP_USAGE', `program ${spec.name} was not told which program it extends`, {
      remedy: `load that program first, and give it: { targets: { ${spec.name}: collection.programs.NAME } }`,
      place: { program: spec.name, section: spec.section },
    });
  }
  const type = attachType(spec, kernel);
  const module = type?.module === undefined ? undefined : kernel.descriptor(type.module);
  return { expected_attach_type: expected, attach_btf_id: type?.id, attach_btf_obj_fd: module };
}

/** A program that no struct names is loaded as none: the kernel says what it thinks of it. */
function structMember({ structMember: place }: ProgramSpec): Fields<'prog_load'> {
  if (place === undefined) return {};
  const struct = kernelStruct(place.struct);
  return { attach_btf_id: struct.type, expected_attach_type: memberIndex(struct, place.struct, place.member) };
}

function functionOf(bpf: Bpf, spec: ProgramSpec, target: ProgramTarget): Fields<'prog_load'> {
  const { name, section, type, attachType = type, attachTarget = '' } = spec;
  const place = { program: name, section };
  const descriptor = descriptorOf(target.program);
  if (!ofPrograms.has(attachType) || descriptor === undefined) {
    throw new SkepError('SKEP_USAGE', `program ${name} cannot have a program as its target`, {
      reason: descriptor === undefined ? 'the target lives on another host' : `it is of type ${type}`,
      remedy: 'only freplace, fentry and fexit programs have one',
      place,
    });
  }
  const wanted = target.function ?? (attachTarget === '' ? target.program.spec.name : attachTarget);
  const types = typesOf(bpf, descriptor, target.program.spec.name);
  const id = types.findByName(wanted, 'func');
  if (id !== undefined) return { attach_prog_fd: descriptor, attach_btf_id: id };
  throw new SkepError('SKEP_NO_SUCH_NAME', `program ${target.program.spec.name} has no function ${wanted}`, {
    reason: `program ${name} (section ${section}) is for that function`,
    remedy: 'check the name; only global functions can be replaced',
    place,
  });
}

/** The types that a program was loaded with (Linux 5.0). */
function typesOf(bpf: Bpf, program: number, name: string): Btf {
  const info = bpf.attr('prog_info');
  bpf.call('obj_get_info_by_fd', bpf.attr('info', { bpf_fd: program, info: info.bytes, info_len: info.bytes.length }));
  const id = info.u32('btf_id');
  const descriptor = id === 0 ? -1 : bpf.call('btf_get_fd_by_id', bpf.attr('get_id', { btf_id: id }));
  if (descriptor < 0) {
    throw new SkepError('SKEP_NOT_SUPPORTED', `the functions of program ${name} cannot be told apart`, {
      reason: 'it was loaded without types',
      remedy: 'compile it with -g',
    });
  }
  try {
    return Btf.parse(readBtf(bpf, descriptor, name));
  } finally {
    bpf.close(descriptor);
  }
}

/** Asks twice: for the size, and for the bytes. */
function readBtf(bpf: Bpf, descriptor: number, name: string): Uint8Array {
  const read = (btf: Uint8Array | undefined): { result: number; size: number } => {
    const info = bpf.attr('btf_info', { btf, btf_size: btf?.length });
    const attr = bpf.attr('info', { bpf_fd: descriptor, info: info.bytes, info_len: info.bytes.length });
    const result = bpf.call('obj_get_info_by_fd', attr);
    return { result, size: info.u32('btf_size') };
  };
  const bytes = new Uint8Array(read(undefined).size);
  const { result } = read(bytes);
  if (result >= 0) return bytes;
  throw kernelError('obj_get_info_by_fd', result, `the types of program ${name} cannot be read`);
}
