import { arch } from 'node:process';
import { KoffiDriver } from '../../../src/ffi/koffi.ts';
import { syscallNumbers } from '../../../src/ffi/syscall-numbers.ts';

const x64 = { bind: 49, listen: 50, getpgid: 121, unshare: 272, setns: 308, getsockopt: 55, connect: 42, accept4: 288 };
const others = {
  bind: 200,
  listen: 201,
  getpgid: 155,
  unshare: 97,
  setns: 268,
  getsockopt: 209,
  connect: 203,
  accept4: 242,
};

/** System calls that tests make themselves. */
export const numbers = { ...syscallNumbers(), ...(arch === 'x64' ? x64 : others) };

/** The driver, for raw system calls on this thread. */
export const ffi = new KoffiDriver();

/** One system call; an error is thrown. */
export function call(
  name: keyof typeof numbers,
  ...args: Parameters<KoffiDriver['syscall']> extends [number, ...infer Rest] ? Rest : never
): number {
  const result = ffi.syscall(numbers[name], ...args);
  if (result < 0) throw new Error(`${name}: errno ${-result}`);
  return result;
}
