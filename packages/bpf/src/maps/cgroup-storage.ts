import type { KernelStruct } from '../programs/kernel-types.ts';
import type { AnySchema } from '../schema.ts';
import { LocalStorage } from './local-storage.ts';

/** BPF_MAP_TYPE_CGRP_STORAGE (Linux 6.2). */
export class CgroupStorage<Value extends AnySchema> extends LocalStorage<
  'cgrp_storage',
  KernelStruct<'cgroup'>,
  Value
> {
  readonly kind = 'cgrp_storage';
}
