import { SkepError } from '@skep/core/base';
import { errnoName } from '../bpf/errors.ts';
import type { Ffi } from '../ffi/ffi.ts';
import { syscallNumbers } from '../ffi/syscall-numbers.ts';

/** Bytes of a mask of CPUs: as many as any kernel has bits for. */
const MASK = 1024;

/**
 * Does something while this thread is held on one CPU (sched_setaffinity(2)), then lets it go where it might before.
 * @throws SKEP_USAGE where there is no such CPU, or this process may not use it.
 */
export function onCpu<T>(ffi: Ffi, cpu: number, action: () => T): T {
  const { sched_getaffinity, sched_setaffinity } = syscallNumbers();
  const before = new Uint8Array(MASK);
  const size = ffi.syscall(sched_getaffinity, 0, MASK, before);
  if (size < 0 || !(Number.isInteger(cpu) && cpu >= 0 && cpu < MASK * 8)) throw noCpu(cpu, size);
  const mask = new Uint8Array(MASK);
  mask[cpu >> 3] = 1 << (cpu & 7);
  const held = ffi.syscall(sched_setaffinity, 0, MASK, mask);
  if (held < 0) throw noCpu(cpu, held);
  try {
    return action();
  } finally {
    ffi.syscall(sched_setaffinity, 0, size, before);
  }
}

function noCpu(cpu: number, errno: number): SkepError {
  return new SkepError('SKEP_USAGE', `cannot run on CPU ${cpu}`, {
    reason: 'this machine has no such CPU, or the process may not use it',
    ...(errno < 0 ? { errno: errnoName(errno) } : {}),
  });
}
