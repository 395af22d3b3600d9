import { arch } from 'node:process';
import { SkepError } from '@skep/core/base';

/** Numbers of the system calls used here (asm/unistd_64.h; asm-generic/unistd.h). */
export interface SyscallNumbers {
  readonly bpf: number;
  readonly close: number;
  readonly munmap: number;
  readonly ioctl: number;
  readonly perf_event_open: number;
  readonly socket: number;
  readonly sendto: number;
  readonly recvfrom: number;
  readonly setsockopt: number;
  readonly epoll_create1: number;
  readonly epoll_ctl: number;
  readonly sched_setaffinity: number;
  readonly sched_getaffinity: number;
}

/** Machines that came after the common table (asm-generic/unistd.h). */
const generic: SyscallNumbers = {
  bpf: 280,
  close: 57,
  munmap: 215,
  ioctl: 29,
  perf_event_open: 241,
  socket: 198,
  sendto: 206,
  recvfrom: 207,
  setsockopt: 208,
  epoll_create1: 20,
  epoll_ctl: 21,
  sched_setaffinity: 122,
  sched_getaffinity: 123,
};

const byMachine: Readonly<Record<string, SyscallNumbers>> = {
  x64: {
    bpf: 321,
    close: 3,
    munmap: 11,
    ioctl: 16,
    perf_event_open: 298,
    socket: 41,
    sendto: 44,
    recvfrom: 45,
    setsockopt: 54,
    epoll_create1: 291,
    epoll_ctl: 233,
    sched_setaffinity: 203,
    sched_getaffinity: 204,
  },
  arm64: generic,
  riscv64: generic,
};

/** The numbers of this machine. @throws SKEP_NOT_SUPPORTED on a machine whose numbers are not in the table. */
export function syscallNumbers(): SyscallNumbers {
  const numbers = byMachine[arch];
  if (numbers === undefined) {
    throw new SkepError('SKEP_NOT_SUPPORTED', `the kernel host does not know the system calls of ${arch}`, {
      remedy: `use the VM host, or one of ${Object.keys(byMachine).join(', ')}`,
    });
  }
  return numbers;
}
