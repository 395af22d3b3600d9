import type { AnySchema } from '../schema.ts';
import { HashLike } from './hash-like.ts';

/** BPF_MAP_TYPE_HASH (Linux 3.19). */
export class HashMap<Key extends AnySchema, Value extends AnySchema> extends HashLike<'hash', Key, Value> {
  readonly kind = 'hash';
}
