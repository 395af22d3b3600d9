import type { AnySchema } from '../schema.ts';
import { HashLike } from './hash-like.ts';

/** BPF_MAP_TYPE_LRU_HASH (Linux 4.10): when full, an entry not used for long makes room. */
export class LruHash<Key extends AnySchema, Value extends AnySchema> extends HashLike<'lru_hash', Key, Value> {
  readonly kind = 'lru_hash';
}
