import type { KernelStruct } from '../programs/kernel-types.ts';
import type { AnySchema } from '../schema.ts';
import { LocalStorage } from './local-storage.ts';

/** BPF_MAP_TYPE_INODE_STORAGE (Linux 5.10). */
export class InodeStorage<Value extends AnySchema> extends LocalStorage<'inode_storage', KernelStruct<'inode'>, Value> {
  readonly kind = 'inode_storage';
}
