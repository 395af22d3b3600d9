import { release } from 'node:os';
import { SkepError } from '@skep/core/base';
import type { Command } from '../bpf/commands.gen.ts';
import { errnoName, kernelError } from '../bpf/errors.ts';

/** First Linux that has each kind of link: documented in the kernel's history, and by the layouts of its headers. */
export const linkSince = {
  'XDP link': '5.9',
  tcx: '6.6',
  'cgroup link': '5.7',
  'network namespace link': '5.8',
  'raw tracepoint': '4.17',
  'tracing link': '5.5',
  iterator: '5.8',
  'perf event link': '5.15',
  'kprobe.multi': '5.18',
  'uprobe.multi': '6.6',
  'kprobe.session': '6.10',
  'uprobe.session': '6.13',
  'netfilter link': '6.4',
  'sockmap link': '6.10',
  'struct_ops link': '6.4',
  netkit: '6.7',
  lsm_cgroup: '6.0',
} as const;

/** A kind of link, by the words used in messages. */
export type LinkKind = keyof typeof linkSince;

/** True where Linux `running` (`6.1.0-13-amd64`) is older than `since` (`6.6`). */
export function isOlder(running: string, since: string): boolean {
  const [runningMajor = 0, runningMinor = 0] = running.split(/[.-]/).map(Number);
  const [sinceMajor = 0, sinceMinor = 0] = since.split('.').map(Number);
  return runningMajor < sinceMajor || (runningMajor === sinceMajor && runningMinor < sinceMinor);
}

/** True where this kernel is too old for a kind of link. */
export function lacks(kind: LinkKind): boolean {
  return isOlder(release(), linkSince[kind]);
}

/** Errors that an old kernel gives for a kind of link that it does not know. */
const unknownKind: ReadonlySet<string> = new Set(['EINVAL', 'E2BIG', 'ENOTSUPP', 'EOPNOTSUPP']);
/** Errors that mean the same for every command. */
const explained: ReadonlySet<string> = new Set(['EPERM', 'EACCES', 'ENOSYS', 'ENOMEM']);
const missing: ReadonlySet<string> = new Set(['ENOENT', 'ENODEV', 'ESRCH']);
/** E2BIG: as many programs as the place takes. */
const busy: ReadonlySet<string> = new Set(['EBUSY', 'EEXIST', 'E2BIG']);

/** What was being attached, for {@link attachError}. */
export interface Attempt {
  readonly kind: LinkKind;
  /** `cannot attach program count to device eth0`. */
  readonly what: string;
  /** What is attached there already, looked up only where the kernel says that something is. */
  readonly occupant?: () => string | undefined;
  readonly command?: Command;
  /** Why the kernel may refuse the arguments. */
  readonly invalid?: string;
  /** What EPERM means where the process may load such programs. */
  readonly denied?: string;
  readonly remedy?: string;
}

/** The error of a failed attachment: too old a kernel, a taken place, or the kernel's reason in words. */
export function attachError(errno: number, attempt: Attempt, running: string = release()): SkepError {
  const { kind, what, invalid, remedy, command = 'link_create' } = attempt;
  const name = errnoName(errno);
  const since = linkSince[kind];
  if (unknownKind.has(name) && isOlder(running, since)) {
    return new SkepError('SKEP_NOT_SUPPORTED', what, {
      reason: `${kind} needs Linux ${since}; this is ${running.split('.').slice(0, 2).join('.')}`,
      errno: name,
    });
  }
  if (busy.has(name)) {
    return kernelError(command, errno, what, {
      code: 'SKEP_BUSY',
      reason: attempt.occupant?.() ?? 'another program is attached there',
      remedy: remedy ?? 'detach it first',
    });
  }
  if (missing.has(name)) {
    return kernelError(command, errno, what, {
      code: 'SKEP_NO_SUCH_NAME',
      reason: 'the kernel knows no such place',
      remedy: remedy ?? 'check the spelling',
    });
  }
  if (name === 'EPERM' && attempt.denied !== undefined) {
    const remedy = 'use another kernel, or another kind of program';
    return kernelError(command, errno, what, { code: 'SKEP_NOT_SUPPORTED', reason: attempt.denied, remedy });
  }
  const refused = !explained.has(name);
  return kernelError(command, errno, what, {
    ...(refused ? { code: 'SKEP_NOT_SUPPORTED' as const } : {}),
    ...(refused && invalid !== undefined ? { reason: invalid } : {}),
    ...(name === 'EPERM' || name === 'EACCES' || remedy === undefined ? {} : { remedy }),
  });
}
