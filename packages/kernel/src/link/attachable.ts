import { SkepError } from '@skep/core/base';
import type { Btf } from '@skep/core/btf';
import type { HostMap } from '@skep/core/host';
import type { ProgramSpec } from '@skep/core/object';
import type { Bpf } from '../bpf/bpf.ts';

/** A loaded program, as attaching sees it. */
export interface Attachable {
  readonly bpf: Bpf;
  readonly spec: ProgramSpec;
  readonly descriptor: number;
  /** Maps of its collection, and the types of its object. */
  readonly maps?: ReadonlyMap<string, HostMap>;
  readonly btf?: Btf;
}

/** Name and id of a program by its id: `program count (id 12)`. */
export function describeProgram(bpf: Bpf, id: number): string {
  const descriptor = bpf.call('prog_get_fd_by_id', bpf.attr('get_id', { prog_id: id }));
  if (descriptor < 0) return `program with id ${id}`;
  const info = bpf.attr('prog_info');
  bpf.call(
    'obj_get_info_by_fd',
    bpf.attr('info', { bpf_fd: descriptor, info: info.bytes, info_len: info.bytes.length }),
  );
  bpf.close(descriptor);
  const name = info.string('name');
  return name === '' ? `program with id ${id}` : `program ${name} (id ${id})`;
}

/** The kernel's id of a program: of this boot's programs none has the same. 0 where the kernel does not tell. */
export function programId(bpf: Bpf, descriptor: number): number {
  const info = bpf.attr('prog_info');
  const attr = bpf.attr('info', { bpf_fd: descriptor, info: info.bytes, info_len: info.bytes.length });
  return bpf.call('obj_get_info_by_fd', attr) < 0 ? 0 : info.u32('id');
}

/** The refusal where a program was given no target, or one of another type. */
export function missingTarget({ spec }: Attachable, needed: string): SkepError {
  return new SkepError('SKEP_USAGE', `program ${spec.name} (${spec.type}) was not told what to attach to`, {
    reason: `it needs ${needed}`,
    place: { program: spec.name, section: spec.section },
  });
}

/** Descriptor of a map or program of this host, or undefined. */
export function descriptorOf(object: object | undefined): number | undefined {
  if (object === undefined) return undefined;
  if ('descriptor' in object && typeof object.descriptor === 'number') return object.descriptor;
  if ('program' in object && typeof object.program === 'object' && object.program !== null) {
    return descriptorOf(object.program);
  }
  // A handle of a collection holds the map of its host.
  return 'map' in object && typeof object.map === 'object' && object.map !== null
    ? descriptorOf(object.map)
    : undefined;
}
