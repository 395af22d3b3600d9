import type { AnySchema } from '../schema.ts';
import { HashLike } from './hash-like.ts';

/** BPF_MAP_TYPE_LRU_PERCPU_HASH (Linux 4.10): one value per CPU, and old entries make room. */
export class LruPerCpuHash<Key extends AnySchema, Value extends AnySchema> extends HashLike<
  'lru_percpu_hash',
  Key,
  Value
> {
  readonly kind = 'lru_percpu_hash';
}
