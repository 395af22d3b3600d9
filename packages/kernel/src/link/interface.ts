import { readFileSync } from 'node:fs';
import { SkepError } from '@skep/core/base';
import type { Interface } from '@skep/core/host';
import { didYouMean } from '@skep/core/isa';
import type { Ffi } from '../ffi/ffi.ts';
import { syscallNumbers } from '../ffi/syscall-numbers.ts';

const AF_INET = 2;
const SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
const SIOCGIFNAME = 0x8910;
const SIOCGIFINDEX = 0x8933;
const IFNAMSIZ = 16;
/** Bytes of `struct ifreq`: the name and a union. */
const IFREQ_SIZE = 40;

/**
 * Index of an interface in the network namespace of the calling thread.
 * @throws SKEP_NO_SUCH_NAME with a name that is near.
 */
export function interfaceIndex(ffi: Ffi, device: Interface): number {
  const found = typeof device === 'number' ? existing(ffi, device) : named(ffi, device);
  if (found !== undefined) return found;
  const names = interfaceNames();
  throw new SkepError('SKEP_NO_SUCH_NAME', `there is no network interface ${device}`, {
    reason: `the interfaces here are ${names.join(', ')}`,
    remedy: didYouMean(String(device), names, 'list them with `ip link`'),
    errno: 'ENODEV',
  });
}

function named(ffi: Ffi, device: string): number | undefined {
  const name = new TextEncoder().encode(device);
  if (name.length === 0 || name.length >= IFNAMSIZ || name.includes(0)) return undefined;
  const request = new Uint8Array(IFREQ_SIZE);
  request.set(name);
  return ask(ffi, SIOCGIFINDEX, request) ? new DataView(request.buffer).getInt32(IFNAMSIZ, true) : undefined;
}

function existing(ffi: Ffi, index: number): number | undefined {
  if (!(Number.isInteger(index) && index > 0 && index < 2 ** 31)) return undefined;
  const request = new Uint8Array(IFREQ_SIZE);
  new DataView(request.buffer).setInt32(IFNAMSIZ, index, true);
  return ask(ffi, SIOCGIFNAME, request) ? index : undefined;
}

/** One ioctl about interfaces (netdevice(7)): true where it succeeds. */
function ask(ffi: Ffi, command: number, request: Uint8Array): boolean {
  const calls = syscallNumbers();
  const socket = ffi.syscall(calls.socket, AF_INET, SOCK_DGRAM_CLOEXEC, 0);
  if (socket < 0) return false;
  const result = ffi.syscall(calls.ioctl, socket, command, request);
  ffi.syscall(calls.close, socket);
  return result >= 0;
}

/** Names of the interfaces in the network namespace of the calling thread (proc(5), net/dev). */
function interfaceNames(): string[] {
  const lines = readFileSync('/proc/thread-self/net/dev', 'utf8').split('\n').slice(2);
  return lines.map((line) => line.slice(0, Math.max(0, line.indexOf(':'))).trim()).filter((name) => name !== '');
}
