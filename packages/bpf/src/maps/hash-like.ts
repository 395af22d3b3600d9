import { insert, remove } from '../runtime/map-operations.ts';
import type { AnySchema, Infer, Init, Input } from '../schema.ts';
import { KeyedMap } from './keyed-map.ts';
import type { MapKind } from './map-spec.ts';

/** What the hash maps have in common. */
export abstract class HashLike<Kind extends MapKind, Key extends AnySchema, Value extends AnySchema> extends KeyedMap<
  Kind,
  Key,
  Value
> {
  /**
   * The value under `key`, inserted first where there is none: `initial`, and zero for the fields it leaves out.
   * Undefined only where the map is full.
   */
  getOrInsert(key: Input<Key>, initial?: Init<Value>): Infer<Value> | undefined {
    return insert(this, key, initial) as Infer<Value> | undefined;
  }
  /** True where there was such an entry. */
  delete(key: Input<Key>): boolean {
    return remove(this, key);
  }
}
