import { lookupInner } from '../runtime/map-operations.ts';
import type { AnySchema, Input } from '../schema.ts';
import type { AnyMap, MapOptions, MapSpec } from './map-spec.ts';

/** BPF_MAP_TYPE_HASH_OF_MAPS (Linux 4.12). `inner` is the template that every inner map must equal. */
export class HashOfMaps<Key extends AnySchema, Inner extends AnyMap> implements MapSpec<'hash_of_maps', Key, Inner> {
  readonly kind = 'hash_of_maps';
  readonly key: Key;
  readonly value: Inner;
  readonly options: MapOptions;

  constructor(key: Key, inner: Inner, options: MapOptions) {
    this.key = key;
    this.value = inner;
    this.options = options;
  }

  get(key: Input<Key>): Inner | undefined {
    return lookupInner(this, key) as Inner | undefined;
  }
}
