import type { KernelStruct } from '../programs/kernel-types.ts';
import type { AnySchema } from '../schema.ts';
import { LocalStorage } from './local-storage.ts';

/** BPF_MAP_TYPE_TASK_STORAGE (Linux 5.11): a value that lives and dies with a task. */
export class TaskStorage<Value extends AnySchema> extends LocalStorage<
  'task_storage',
  KernelStruct<'task_struct'>,
  Value
> {
  readonly kind = 'task_storage';
}
