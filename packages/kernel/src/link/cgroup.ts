import { closeSync, constants, openSync, realpathSync } from 'node:fs';
import { type AttachType, attachTypes } from '@skep/core/abi';
import { SkepError } from '@skep/core/base';
import type { AttachFields, Link } from '@skep/core/host';
import { errnoName } from '../bpf/errors.ts';
import { noteAttachment } from '../leftovers/record.ts';
import { type Attachable, describeProgram, missingTarget } from './attachable.ts';
import { attachError, lacks } from './errors.ts';
import { BpfLink, PlainLink, withDescriptor } from './link.ts';
import { orderOf } from './order.ts';
import { queryPrograms } from './query.ts';

const flagsOf = { none: 0, override: 1, multi: 2 } as const;
/** BPF_F_QUERY_EFFECTIVE. */
const QUERY_EFFECTIVE = 1;

/**
 * Attaches a program to a cgroup2: a bpf_link (Linux 5.7, always with `multi`), or BPF_PROG_ATTACH where children may
 * not add programs or the kernel is older.
 * @throws SKEP_NO_SUCH_NAME for what is no cgroup2 directory, SKEP_BUSY with the programs that are there.
 */
export function attachCgroup(program: Attachable, target: AttachFields): Link {
  const { cgroup, allow = 'multi' } = target;
  if (cgroup === undefined) throw missingTarget(program, "{ cgroup: '/sys/fs/cgroup/name' }");
  const type = attachTypes[attachTypeOf(program, target)];
  const directory = openDirectory(cgroup);
  const plain = allow !== 'multi' || lacks('cgroup link');
  if (plain) return attachWithoutLink(program, cgroup, directory, type, allow);
  const { bpf, descriptor } = program;
  return withDescriptor(directory, () => {
    const order = orderOf(target);
    const attr = bpf.attr('link_create', {
      prog_fd: descriptor,
      target_fd: directory,
      attach_type: type,
      flags: order?.flags,
      'cgroup.relative_fd': order?.relative,
      'cgroup.expected_revision': order?.revision,
    });
    const result = bpf.call('link_create', attr);
    if (result < 0) throw cgroupError(program, result, cgroup, directory, type);
    return new BpfLink(bpf, result);
  });
}

function attachTypeOf(program: Attachable, { direction }: AttachFields): AttachType {
  const { type, attachType } = program.spec;
  if (type === 'cgroup_skb' && direction !== undefined) return `cgroup_inet_${direction}`;
  if (attachType !== undefined) return attachType;
  throw missingTarget(program, "a direction: { cgroup, direction: 'ingress' } or 'egress'");
}

/** Opens a directory of the cgroup2 file system. @throws SKEP_NO_SUCH_NAME. */
export function openDirectory(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (error) {
    throw new SkepError('SKEP_NO_SUCH_NAME', `there is no cgroup ${path}`, {
      remedy: 'give the path of a directory of the cgroup2 file system',
      cause: error,
    });
  }
}

function attachWithoutLink(
  program: Attachable,
  cgroup: string,
  directory: number,
  type: number,
  allow: keyof typeof flagsOf,
): Link {
  const { bpf, descriptor } = program;
  const attr = bpf.attr('prog_attach', {
    target_fd: directory,
    attach_bpf_fd: descriptor,
    attach_type: type,
    attach_flags: flagsOf[allow],
  });
  const forget = noteAttachment(program, { kind: 'cgroup', path: realpathSync(cgroup), attachType: type });
  const result = bpf.call('prog_attach', attr);
  if (result < 0) {
    forget();
    const error = cgroupError(program, result, cgroup, directory, type);
    closeSync(directory);
    throw error;
  }
  return new PlainLink(`an attachment with allow '${allow}'`, () => {
    const where = { target_fd: directory, attach_bpf_fd: descriptor, attach_type: type };
    bpf.call('prog_detach', bpf.attr('prog_attach', where));
    closeSync(directory);
    forget();
  });
}

function cgroupError(program: Attachable, errno: number, cgroup: string, directory: number, type: number): SkepError {
  const what = `cannot attach program ${program.spec.name} to cgroup ${cgroup}`;
  const name = errnoName(errno);
  if (name === 'EBADF') {
    return new SkepError('SKEP_NO_SUCH_NAME', what, {
      reason: 'the directory is not in a cgroup2 file system',
      remedy: 'find it with `mount -t cgroup2`',
      errno: name,
    });
  }
  const { bpf } = program;
  // Its own programs and those of its ancestors.
  const ids = name === 'EPERM' ? queryPrograms(bpf, directory, type, QUERY_EFFECTIVE) : [];
  const others = ids.map((id) => describeProgram(bpf, id));
  if (others.length === 0)
    return attachError(errno, {
      kind: 'cgroup link',
      what,
      invalid: 'its place among the others cannot be had: that needs Linux 6.17, and a link to be told by',
    });
  return new SkepError('SKEP_BUSY', what, {
    reason: `there is ${others.join(', ')}, attached so that no other may be`,
    remedy: 'detach it first',
    errno: name,
  });
}
