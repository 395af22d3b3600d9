import { release } from 'node:os';
import { isOlder } from '@skep/core/abi';
import { SkepError } from '@skep/core/base';
import type { Member, StructType } from '@skep/core/btf';
import { vmlinux } from '../btf/vmlinux.ts';

/** First Linux whose programs can stand for the functions of a struct: documented in the kernel's history. */
const structSince: Readonly<Record<string, string>> = {
  tcp_congestion_ops: '5.6',
  hid_bpf_ops: '6.11',
  sched_ext_ops: '6.12',
  Qdisc_ops: '6.16',
};

/** A struct of functions as the running kernel has it. */
export interface KernelStruct {
  /** Type of the struct. */
  readonly type: number;
  readonly members: readonly Member[];
  /** Type of the map's value, `bpf_struct_ops_<name>`: a header and the struct. */
  readonly valueType: number;
  /** Bytes of that value, and where the struct begins in it. */
  readonly size: number;
  readonly dataOffset: number;
}

/**
 * Finds a struct of functions in the kernel's types.
 * @throws SKEP_NOT_SUPPORTED with the first Linux that has it.
 */
export function kernelStruct(name: string): KernelStruct {
  const types = vmlinux();
  const type = types.findByName(name, 'struct');
  const valueType = types.findByName(`bpf_struct_ops_${name}`, 'struct');
  if (type === undefined || valueType === undefined) throw noStruct(name);
  const value = types.type(valueType) as StructType;
  const data = value.members.find((member) => types.strip(member.type) === type);
  if (data === undefined) throw noStruct(name);
  const { members } = types.type(type) as StructType;
  return { type, members, valueType, size: value.size, dataOffset: data.bitOffset / 8 };
}

/**
 * Index of a member among those of the struct: what a program for it is loaded with.
 * @throws SKEP_NOT_SUPPORTED where this kernel's struct has no such member.
 */
export function memberIndex(struct: KernelStruct, name: string, member: string): number {
  const index = struct.members.findIndex((one) => one.name === member);
  if (index >= 0) return index;
  throw new SkepError('SKEP_NOT_SUPPORTED', `struct ${name} of this kernel has no member ${member}`, {
    remedy: 'leave the program out, or use a kernel that has it',
  });
}

function noStruct(name: string): SkepError {
  return new SkepError('SKEP_NOT_SUPPORTED', `programs cannot stand for the functions of struct ${name} here`, {
    reason: whyMissing(name, release()),
    remedy: 'use a kernel that has it',
  });
}

function whyMissing(name: string, running: string): string {
  const since = structSince[name];
  const version = running.split('.').slice(0, 2).join('.');
  if (since !== undefined && isOlder(running, since)) return `${name} needs Linux ${since}; this is ${version}`;
  const known = since === undefined ? '' : `, though Linux ${since} and later can have it`;
  return `the kernel's types have no bpf_struct_ops_${name}${known}`;
}
