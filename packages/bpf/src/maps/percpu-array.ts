import { u32 } from '../integers.ts';
import type { AnySchema, Scalar } from '../schema.ts';
import { KeyedMap } from './keyed-map.ts';
import type { MapOptions } from './map-spec.ts';

/** BPF_MAP_TYPE_PERCPU_ARRAY (Linux 4.6): an array with one value per CPU. */
export class PerCpuArray<Value extends AnySchema> extends KeyedMap<'percpu_array', Scalar<u32>, Value> {
  readonly kind = 'percpu_array';

  constructor(value: Value, options: MapOptions) {
    super(u32, value, options);
  }
}
