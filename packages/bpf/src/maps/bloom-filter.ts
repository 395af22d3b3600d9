import { contains, push } from '../runtime/map-operations.ts';
import type { AnySchema, Input } from '../schema.ts';
import type { MapOptions, MapSpec } from './map-spec.ts';

/** `hashes`: 1 to 15 hash functions. Default 5. */
export interface BloomFilterOptions extends MapOptions {
  readonly hashes?: number;
}

/** BPF_MAP_TYPE_BLOOM_FILTER (Linux 5.16), with the names of JavaScript's Set. */
export class BloomFilter<Value extends AnySchema> implements MapSpec<'bloom_filter', never, Value> {
  readonly kind = 'bloom_filter';
  declare readonly key: never;
  readonly value: Value;
  readonly options: BloomFilterOptions;

  constructor(value: Value, options: BloomFilterOptions) {
    this.value = value;
    this.options = options;
  }

  add(value: Input<Value>): boolean {
    return push(this, value);
  }
  /** False is certain, true is likely. */
  has(value: Input<Value>): boolean {
    return contains(this, value);
  }
}
