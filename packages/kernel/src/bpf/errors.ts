import { constants, release } from 'node:os';
import { type ErrorCode, type ErrorDetails, SkepError } from '@skep/core/base';
import type { Command } from './commands.gen.ts';

/** Error numbers that bpf(2) uses and Node's table does not have. */
const kernelOnly: Readonly<Record<number, string>> = { 524: 'ENOTSUPP' };

const names = new Map(Object.entries(constants.errno).map(([name, number]) => [number, name]));

/** `EINVAL` for 22 or -22. */
export function errnoName(number: number): string {
  const positive = Math.abs(number);
  return kernelOnly[positive] ?? names.get(positive) ?? `errno ${positive}`;
}

/** What the errors mean where the command says no more. */
const meanings: Readonly<Record<string, readonly [code: ErrorCode, reason: string, remedy?: string]>> = {
  EPERM: [
    'SKEP_NOT_PERMITTED',
    'the kernel does not let this process do it',
    'run as root or with CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON',
  ],
  EACCES: [
    'SKEP_NOT_PERMITTED',
    'the kernel denies access',
    'run as root or with CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON',
  ],
  ENOSYS: [
    'SKEP_NOT_SUPPORTED',
    'this kernel has no bpf(2)',
    'use a kernel built with CONFIG_BPF_SYSCALL, or the VM host',
  ],
  ENOMEM: [
    'SKEP_MEMORY_LIMIT',
    'the kernel has no memory for it, or the limit of its cgroup or RLIMIT_MEMLOCK is reached',
    'make the map smaller, or raise the limit',
  ],
  E2BIG: ['SKEP_MAP_FULL', 'there is no room left', 'raise max_entries'],
  EEXIST: ['SKEP_MAP_EXISTS', 'it exists already'],
  ENOENT: ['SKEP_MAP_NO_ENTRY', 'there is no such entry'],
  EBUSY: ['SKEP_BUSY', 'something else is using it'],
  ENOTSUPP: ['SKEP_MAP_REFUSED', 'this type does not have the operation'],
  EOPNOTSUPP: ['SKEP_NOT_SUPPORTED', 'this kernel or device does not have it'],
};

/** The error of a failed command: what was tried, the kernel's reason in words, and what to do. */
export function kernelError(
  command: Command,
  errno: number,
  what: string,
  details: ErrorDetails & { readonly code?: ErrorCode } = {},
): SkepError {
  const name = errnoName(errno);
  const [code, reason, remedy] = meanings[name] ?? ['SKEP_MAP_REFUSED', 'the kernel refuses the arguments'];
  return new SkepError(details.code ?? code, what, {
    errno: name,
    reason: `${details.reason ?? reason} (bpf ${command}: ${name}, Linux ${release()})`,
    ...((details.remedy ?? remedy) ? { remedy: details.remedy ?? remedy ?? '' } : {}),
    ...(details.place === undefined ? {} : { place: details.place }),
  });
}
