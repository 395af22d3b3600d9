import type { MapDefinition } from './definition.ts';
import type { MapEnvironment } from './environment.ts';
import { HashBase } from './hash-base.ts';

/**
 * `BPF_MAP_TYPE_HASH` (Linux 3.19): keys and values of any size. All elements are allocated when the map is made,
 * unless it has `BPF_F_NO_PREALLOC` (4.6). The order of keys is that of the buckets, newest first within one.
 */
export class HashMap extends HashBase {
  constructor(definition: MapDefinition, environment: MapEnvironment) {
    super(definition, environment, { keyOffset: 8, perCpu: false });
  }
}
