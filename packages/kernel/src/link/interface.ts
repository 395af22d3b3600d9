import { readFileSync } from 'node:fs';
import { SkepError } from '@skep/core/base';
import type { Interface } from '@skep/core/host';
import { didYouMean } from '@skep/core/isa';
import type { Ffi } from '../ffi/ffi.ts';
import { syscallNumbers } from '../ffi/syscall-numbers.ts';

const AF_INET = 2;
const SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
const SIOCGIFINDEX = 0x8933;
const IFNAMSIZ = 16;
/** Bytes of `struct ifreq`: the name and a union. */
const IFREQ_SIZE = 40;

/**
 * Index of an interface in the network namespace of the calling thread.
 * @throws SKEP_NO_SUCH_NAME with a name that is near.
 */
export function interfaceIndex(ffi: Ffi, device: Interface): number {
  if (typeof device === 'number') {
    if (Number.isInteger(device) && device > 0 && device < 2 ** 31) return device;
    throw new SkepError('SKEP_NO_SUCH_NAME', `there is no network interface with index ${device}`);
  }
  const name = new TextEncoder().encode(device);
  const index = name.length > 0 && name.length < IFNAMSIZ && !name.includes(0) ? ask(ffi, name) : -1;
  if (index > 0) return index;
  const names = interfaceNames();
  throw new SkepError('SKEP_NO_SUCH_NAME', `there is no network interface ${device}`, {
    reason: `the interfaces here are ${names.join(', ')}`,
    remedy: didYouMean(device, names, 'list them with `ip link`'),
    errno: 'ENODEV',
  });
}

function ask(ffi: Ffi, name: Uint8Array): number {
  const calls = syscallNumbers();
  const socket = ffi.syscall(calls.socket, AF_INET, SOCK_DGRAM_CLOEXEC, 0);
  if (socket < 0) return socket;
  const request = new Uint8Array(IFREQ_SIZE);
  request.set(name);
  const result = ffi.syscall(calls.ioctl, socket, SIOCGIFINDEX, request);
  ffi.syscall(calls.close, socket);
  return result < 0 ? result : new DataView(request.buffer).getInt32(IFNAMSIZ, true);
}

/** Names of the interfaces in the network namespace of the calling thread (proc(5), net/dev). */
function interfaceNames(): string[] {
  const lines = readFileSync('/proc/thread-self/net/dev', 'utf8').split('\n').slice(2);
  return lines.map((line) => line.slice(0, Math.max(0, line.indexOf(':'))).trim()).filter((name) => name !== '');
}
