import type { u32 } from '../integers.ts';
import { forEachEntry, lookup, reference, update } from '../runtime/map-operations.ts';
import type { AnySchema, Infer, Input } from '../schema.ts';
import type { MapKind, MapOptions, MapSpec, RefTo } from './map-spec.ts';

/** What hash maps and arrays have in common. */
export abstract class KeyedMap<Kind extends MapKind, Key extends AnySchema, Value extends AnySchema>
  implements MapSpec<Kind, Key, Value>
{
  abstract readonly kind: Kind;
  readonly key: Key;
  readonly value: Value;
  readonly options: MapOptions;

  constructor(key: Key, value: Value, options: MapOptions) {
    this.key = key;
    this.value = value;
    this.options = options;
  }

  /** The value under `key`: a live view of a record (writes go to the map), a scalar's value, or undefined. */
  get(key: Input<Key>): Infer<Value> | undefined {
    return lookup(this, key) as Infer<Value> | undefined;
  }
  /** As `get`, but a scalar comes as a box whose `.value` can be written. */
  ref(key: Input<Key>): RefTo<Value> | undefined {
    return reference(this, key) as RefTo<Value> | undefined;
  }
  /** Writes the whole value. False where the map is full or the key is out of range. */
  set(key: Input<Key>, value: Input<Value>): boolean {
    return update(this, key, value);
  }
  /** Calls `visit` for each entry (bpf_for_each_map_elem, Linux 5.13) until it returns true; gives the number of calls. */
  forEach(visit: (value: Infer<Value>, key: Infer<Key>) => boolean | void): u32 {
    return forEachEntry(this, (value, key) => visit(value as Infer<Value>, key as Infer<Key>));
  }
}
