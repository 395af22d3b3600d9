import type { AnySchema } from '../schema.ts';
import { HashLike } from './hash-like.ts';

/** BPF_MAP_TYPE_PERCPU_HASH (Linux 4.6): one value per CPU, so plain `+=` is safe; userland sees an array with `sum()`. */
export class PerCpuHash<Key extends AnySchema, Value extends AnySchema> extends HashLike<'percpu_hash', Key, Value> {
  readonly kind = 'percpu_hash';
}
