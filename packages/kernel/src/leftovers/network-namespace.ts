import { closeSync, openSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { arch } from 'node:process';
import type { Ffi } from '../ffi/ffi.ts';

/** Number of setns(2): asm/unistd_64.h; asm-generic/unistd.h. */
const SETNS = arch === 'x64' ? 308 : 268;
const CLONE_NEWNET = 0x40000000;
const NAMED = '/run/netns';

/**
 * Runs `use` with this thread in a network namespace (`net:[4026531840]`), and comes back. Undefined where no process
 * and no name leads to the namespace, or it cannot be entered.
 */
export function inNetns<T>(ffi: Ffi, netns: string, use: () => T): T | undefined {
  const own = '/proc/thread-self/ns/net';
  if (readlinkSync(own) === netns) return use();
  const path = pathOf(netns);
  if (path === undefined) return undefined;
  const home = openSync(own, 'r');
  try {
    if (!enter(ffi, path)) return undefined;
    try {
      return use();
    } finally {
      ffi.syscall(SETNS, home, CLONE_NEWNET);
    }
  } finally {
    closeSync(home);
  }
}

/** True where a network namespace is still known: it may be so and not be entered. */
export function hasNetns(netns: string): boolean {
  return readlinkSync('/proc/thread-self/ns/net') === netns || pathOf(netns) !== undefined;
}

function enter(ffi: Ffi, path: string): boolean {
  try {
    const descriptor = openSync(path, 'r');
    const result = ffi.syscall(SETNS, descriptor, CLONE_NEWNET);
    closeSync(descriptor);
    return result >= 0;
  } catch {
    return false;
  }
}

/** A file that leads to a network namespace: a name of ip-netns(8), or a process in it. */
function pathOf(netns: string): string | undefined {
  const inode = Number(/\d+/.exec(netns)?.[0]);
  const named = list(NAMED).map((name) => `${NAMED}/${name}`);
  const found = named.find((path) => attempt(() => statSync(path).ino) === inode);
  if (found !== undefined) return found;
  return list('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((number) => `/proc/${number}/ns/net`)
    .find((path) => attempt(() => readlinkSync(path)) === netns);
}

const list = (folder: string): string[] => attempt(() => readdirSync(folder)) ?? [];

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
