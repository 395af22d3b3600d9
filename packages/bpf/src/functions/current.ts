import type { u32, u64 } from '../integers.ts';
import type { KernelStruct } from '../programs/kernel-types.ts';
import { environment } from '../runtime/environment.ts';
import { kernelOnly } from '../runtime/errors.ts';

/** The running task. */
export const current: {
  /** Process id as userland knows it (the kernel's tgid). */
  readonly pid: u32;
  /** Thread id (the kernel's pid). */
  readonly tid: u32;
  readonly uid: u32;
  readonly gid: u32;
  readonly comm: string;
  readonly cgroupId: u64;
  readonly task: KernelStruct<'task_struct'>;
} = {
  get pid() {
    return noTask();
  },
  get tid() {
    return noTask();
  },
  get uid() {
    return noTask();
  },
  get gid() {
    return noTask();
  },
  get comm() {
    return noTask();
  },
  get cgroupId() {
    return noTask();
  },
  get task() {
    return noTask();
  },
};

function noTask(): never {
  environment();
  throw kernelOnly('the running task');
}
