import { u32 } from '../integers.ts';
import { lookupInner } from '../runtime/map-operations.ts';
import type { Scalar } from '../schema.ts';
import type { AnyMap, MapOptions, MapSpec } from './map-spec.ts';

/** BPF_MAP_TYPE_ARRAY_OF_MAPS (Linux 4.12). `inner` is the template that every inner map must equal. */
export class ArrayOfMaps<Inner extends AnyMap> implements MapSpec<'array_of_maps', Scalar<u32>, Inner> {
  readonly kind = 'array_of_maps';
  readonly key: Scalar<u32> = u32;
  readonly value: Inner;
  readonly options: MapOptions;

  constructor(inner: Inner, options: MapOptions) {
    this.value = inner;
    this.options = options;
  }

  get(index: u32): Inner | undefined {
    return lookupInner(this, index) as Inner | undefined;
  }
}
