import { u32 } from '../integers.ts';
import type { AnySchema, Scalar } from '../schema.ts';
import { KeyedMap } from './keyed-map.ts';
import type { MapOptions } from './map-spec.ts';

/** BPF_MAP_TYPE_ARRAY (Linux 3.19): indices 0..maxEntries-1 always exist and start at zero. */
export class ArrayMap<Value extends AnySchema> extends KeyedMap<'array', Scalar<u32>, Value> {
  readonly kind = 'array';

  constructor(value: Value, options: MapOptions) {
    super(u32, value, options);
  }
}
