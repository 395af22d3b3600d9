import { mkdirSync, readlinkSync, statfsSync, unlinkSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { SkepError } from '@skep/core/base';
import type { Bpf } from '../bpf/bpf.ts';
import { errnoName, kernelError } from '../bpf/errors.ts';

/** Where systems mount the bpf file system. */
export const DIRECTORY = '/sys/fs/bpf';

/** BPF_FS_MAGIC of linux/magic.h. */
const MAGIC = 0xcafe4a11;
const ENOENT = -2;

const text = new TextEncoder();

/** What can be pinned. */
export type PinnedKind = 'map' | 'program' | 'link';

/** What a descriptor stands for, by the name that the kernel gives its file, such as `anon_inode:bpf-map`. */
function kindOf(descriptor: number): PinnedKind | undefined {
  const name = /bpf[-_](map|prog|link)/.exec(readlinkSync(`/proc/self/fd/${descriptor}`))?.[1];
  return name === 'prog' ? 'program' : (name as PinnedKind | undefined);
}

/**
 * Gives what a descriptor stands for a path on a bpf file system (BPF_OBJ_PIN, Linux 4.4); folders are made.
 * @throws SKEP_NOT_SUPPORTED where no such file system is mounted there, SKEP_BUSY where the path is taken,
 *   SKEP_USAGE for a name that these file systems do not take, SKEP_NOT_PERMITTED.
 */
export function pin(bpf: Bpf, descriptor: number, path: string, what: string): void {
  const cannot = `cannot pin ${what} at ${path}`;
  if (basename(path).includes('.')) {
    throw new SkepError('SKEP_USAGE', cannot, { reason: 'names on a bpf file system have no dots' });
  }
  checkFileSystem(dirname(path), cannot);
  makeFolder(dirname(path), cannot);
  const attr = bpf.attr('object', { pathname: text.encode(`${path}\0`), bpf_fd: descriptor });
  const result = bpf.call('obj_pin', attr);
  if (result >= 0) return;
  if (errnoName(result) === 'EEXIST') {
    const remedy = 'unpin it first, or give another path';
    throw kernelError('obj_pin', result, cannot, { code: 'SKEP_BUSY', reason: 'something is pinned there', remedy });
  }
  throw kernelError('obj_pin', result, cannot);
}

/** Removes a path of a bpf file system. @throws SKEP_NO_SUCH_NAME, SKEP_NOT_SUPPORTED for other files. */
export function unpin(path: string): void {
  const cannot = `cannot unpin ${path}`;
  checkFileSystem(path, cannot);
  try {
    unlinkSync(path);
  } catch (error) {
    const errno = codeOf(error);
    if (errno === 'ENOENT') throw new SkepError('SKEP_NO_SUCH_NAME', `nothing is pinned at ${path}`, { errno });
    throw new SkepError('SKEP_NOT_PERMITTED', cannot, { reason: 'it cannot be removed', errno, cause: error });
  }
}

/**
 * Descriptor of what is pinned at a path, or undefined where there is nothing.
 * @throws SKEP_USAGE where it is of another kind, SKEP_NOT_PERMITTED.
 */
export function openPin(bpf: Bpf, path: string, kind: PinnedKind): number | undefined {
  const result = bpf.call('obj_get', bpf.attr('object', { pathname: text.encode(`${path}\0`) }));
  if (result === ENOENT) return undefined;
  const cannot = `cannot open the ${kind} pinned at ${path}`;
  if (result < 0) {
    const other = errnoName(result) === 'EACCES' || errnoName(result) === 'EINVAL';
    if (other && !isBpf(path)) throw notBpf(path, cannot);
    throw kernelError('obj_get', result, cannot);
  }
  const found = kindOf(result);
  if (found === kind) return result;
  bpf.close(result);
  throw new SkepError('SKEP_USAGE', cannot, { reason: `it is a ${found ?? 'file of another kind'}` });
}

function makeFolder(path: string, cannot: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    const errno = codeOf(error);
    throw new SkepError(errno === 'EEXIST' || errno === 'ENOTDIR' ? 'SKEP_USAGE' : 'SKEP_NOT_PERMITTED', cannot, {
      reason: `folder ${path} cannot be made`,
      errno,
      cause: error,
    });
  }
}

/** The nearest folder that exists must be one of a bpf file system. */
function checkFileSystem(path: string, cannot: string): void {
  if (!isBpf(path)) throw notBpf(path, cannot);
}

function isBpf(path: string): boolean {
  for (let at = path; ; at = dirname(at)) {
    try {
      return statfsSync(at).type === MAGIC;
    } catch (error) {
      if (codeOf(error) !== 'ENOENT' || dirname(at) === at) return false;
    }
  }
}

function notBpf(path: string, cannot: string): SkepError {
  return new SkepError('SKEP_NOT_SUPPORTED', cannot, {
    reason: `${path} is not on a bpf file system`,
    remedy: `use a path under ${DIRECTORY}; where it is not mounted: mount -t bpf bpf ${DIRECTORY}`,
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
