import type { Socket } from '../programs/socket.ts';
import type { AnySchema } from '../schema.ts';
import { LocalStorage } from './local-storage.ts';

/** BPF_MAP_TYPE_SK_STORAGE (Linux 5.2). */
export class SkStorage<Value extends AnySchema> extends LocalStorage<'sk_storage', Socket, Value> {
  readonly kind = 'sk_storage';
}
