import { release } from 'node:os';
import { isOlder, type KernelFeature, since, tooOldReason } from '@skep/core/abi';
import { SkepError } from '@skep/core/base';
import type { Command } from '../bpf/commands.gen.ts';
import { errnoName, kernelError } from '../bpf/errors.ts';

/** A kind of link, by the words used in messages. */
export type LinkKind = KernelFeature;

/** True where this kernel is too old for a kind of link. */
export function lacks(kind: LinkKind): boolean {
  const first = since.feature(kind);
  return first !== undefined && isOlder(release(), first);
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
  const tooOld = tooOldReason(running, since.feature(kind));
  if (unknownKind.has(name) && tooOld !== undefined) {
    return new SkepError('SKEP_NOT_SUPPORTED', what, { reason: `${kind} ${tooOld}`, errno: name });
  }
  if (busy.has(name)) {
    return kernelError(command, errno, what, {
      code: 'SKEP_BUSY',
      reason: attempt.occupant?.() ?? 'another program is attached there',
      remedy: remedy ?? 'detach it first',
    });
  }
  if (name === 'ESTALE') {
    const reason = 'the programs there have changed: their revision is another';
    return kernelError(command, errno, what, { code: 'SKEP_BUSY', reason, remedy: 'look again and repeat it' });
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
