import { attachTypes, mapTypes } from '@skep/core/abi';
import { SkepError } from '@skep/core/base';
import type { Btf, Member, StructType } from '@skep/core/btf';
import type { HostProgram, Link } from '@skep/core/host';
import type { MapSpec, StructOpsSpec } from '@skep/core/object';
import type { Bpf } from '../bpf/bpf.ts';
import { vmlinux } from '../btf/vmlinux.ts';
import { writeRecord } from '../leftovers/record.ts';
import { kernelName } from '../map/create-map.ts';
import { KernelMap } from '../map/kernel-map.ts';
import { descriptorOf } from './attachable.ts';
import { attachError } from './errors.ts';
import { BpfLink, PlainLink } from './link.ts';
import { kernelStruct } from './struct-ops-type.ts';

/** BPF_F_LINK: registered by a bpf_link. */
const LINK = 0x2000;
const KEY = new Uint8Array(4);

/**
 * Makes the map of a struct of functions (Linux 5.6). Its value is the kernel's: a header, and behind it the struct as
 * this kernel has it.
 * @throws SKEP_NOT_SUPPORTED where the kernel has no such struct, SKEP_NOT_PERMITTED.
 */
export function createStructOps(bpf: Bpf, spec: MapSpec, btf: Btf | undefined, types: number | undefined): KernelMap {
  const { structOps } = spec;
  if (structOps === undefined || btf === undefined || spec.valueType === undefined) {
    throw new SkepError('SKEP_BAD_MAP', `map ${spec.name} names no struct of the kernel`, {
      remedy: 'define it in an object, in section .struct_ops.link',
    });
  }
  const struct = kernelStruct(structOps.struct);
  const attr = bpf.attr('map_create', {
    map_type: mapTypes.struct_ops,
    key_size: 4,
    value_size: struct.size,
    max_entries: 1,
    map_flags: spec.flags,
    map_name: kernelName(spec.name),
    btf_fd: types,
    btf_vmlinux_value_type_id: struct.valueType,
  });
  const result = bpf.call('map_create', attr);
  if (result < 0) {
    throw attachError(result, {
      kind: 'struct_ops link',
      command: 'map_create',
      what: `cannot make the map of struct_ops ${spec.name} (${structOps.struct})`,
      invalid: `the kernel takes no ${structOps.struct} from programs`,
    });
  }
  const value = new StructValue(spec, structOps, btf, struct);
  return new StructOpsMap(bpf, { ...spec, valueSize: struct.size }, result, value);
}

/** The map of a struct of functions: it is written once, when it is first registered. */
class StructOpsMap extends KernelMap {
  readonly #bpf: Bpf;
  readonly #value: StructValue;
  #written = false;

  constructor(bpf: Bpf, spec: MapSpec, descriptor: number, value: StructValue) {
    super(bpf, spec, descriptor);
    this.#bpf = bpf;
    this.#value = value;
  }

  register(programs: ReadonlyMap<string, HostProgram>): Link {
    const linked = (this.spec.flags & LINK) !== 0;
    const forget = linked ? () => undefined : this.#note();
    const errno = this.#write(programs);
    if (errno < 0) forget();
    if (errno < 0) throw this.#error('map_update_elem', errno);
    return linked ? this.#link() : new PlainLink('a struct_ops of section .struct_ops', () => this.#unregister(forget));
  }

  #note(): () => void {
    const { name } = this.spec;
    return writeRecord({ id: 0, name }, { kind: 'struct_ops', map: this.#id(), name });
  }

  #id(): number {
    const info = this.#bpf.attr('map_info');
    const attr = this.#bpf.attr('info', { bpf_fd: this.descriptor, info: info.bytes, info_len: info.bytes.length });
    return this.#bpf.call('obj_get_info_by_fd', attr) < 0 ? 0 : info.u32('id');
  }

  /** The kernel keeps the value of a struct with a link, and registers it anew with each link. */
  #write(programs: ReadonlyMap<string, HostProgram>): number {
    if (this.#written && (this.spec.flags & LINK) !== 0) return 0;
    const value = this.#value.bytes(programs);
    const attr = this.#bpf.attr('map_element', { map_fd: this.descriptor, key: KEY, value });
    const errno = this.#bpf.call('map_update_elem', attr);
    if (errno >= 0) this.#written = true;
    return errno;
  }

  #link(): BpfLink {
    const attr = this.#bpf.attr('link_create', { map_fd: this.descriptor, attach_type: attachTypes.struct_ops });
    const result = this.#bpf.call('link_create', attr);
    if (result >= 0) return new BpfLink(this.#bpf, result);
    throw this.#error('link_create', result);
  }

  #unregister(forget: () => void): void {
    this.#bpf.call('map_delete_elem', this.#bpf.attr('map_element', { map_fd: this.descriptor, key: KEY }));
    this.#written = false;
    forget();
  }

  #error(command: 'map_update_elem' | 'link_create', errno: number): SkepError {
    return attachError(errno, {
      kind: 'struct_ops link',
      command,
      what: `cannot register struct_ops ${this.spec.name} (${this.#value.name})`,
      occupant: () => 'one of its name is registered, or this map was registered before, which is possible once',
      invalid: 'the kernel refuses the struct: a member that it needs is missing, or a value is wrong',
    });
  }
}

/** The value of a struct of functions, as this kernel lays it out. */
class StructValue {
  readonly name: string;
  readonly #spec: MapSpec;
  readonly #functions: ReadonlyMap<string, string>;
  readonly #btf: Btf;
  readonly #kernel: ReturnType<typeof kernelStruct>;

  constructor(spec: MapSpec, { struct, functions }: StructOpsSpec, btf: Btf, kernel: ReturnType<typeof kernelStruct>) {
    this.name = struct;
    this.#spec = spec;
    this.#functions = functions;
    this.#btf = btf;
    this.#kernel = kernel;
  }

  /** Members go by their names: data is copied, a function becomes the descriptor of its program. */
  bytes(programs: ReadonlyMap<string, HostProgram>): Uint8Array {
    const value = new Uint8Array(this.#kernel.size);
    const initial = this.#spec.contents[0]?.value;
    const source = initial?.kind === 'bytes' ? initial.bytes : new Uint8Array(this.#spec.valueSize);
    for (const member of this.#members()) {
      const program = this.#functions.get(member.name);
      const from = source.subarray(member.bitOffset / 8, member.bitOffset / 8 + this.#btf.sizeOf(member.type));
      if (program === undefined && from.every((byte) => byte === 0)) continue;
      const target = this.#target(member, program === undefined ? from.length : 8);
      if (program === undefined) value.set(from, target);
      else new DataView(value.buffer).setBigUint64(target, BigInt(descriptorOf(programs.get(program)) ?? 0), true);
    }
    return value;
  }

  #members(): readonly Member[] {
    return (this.#btf.type(this.#btf.strip(this.#spec.valueType ?? 0)) as StructType).members;
  }

  /** Where a member stands in the kernel's value. */
  #target({ name, bitSize }: Member, size: number): number {
    const member = this.#kernel.members.find((one) => one.name === name);
    const same = member !== undefined && vmlinux().sizeOf(member.type) === size && bitSize === 0;
    if (member !== undefined && same) return this.#kernel.dataOffset + member.bitOffset / 8;
    throw new SkepError('SKEP_NOT_SUPPORTED', `struct_ops ${this.#spec.name} sets member ${name}`, {
      reason: `${this.name} of this kernel has no such member${member === undefined ? '' : ` of ${size} bytes`}`,
      remedy: 'leave it zero, or use a kernel that has it',
    });
  }
}
