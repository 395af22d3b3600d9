import type { MapDefinition } from './definition.ts';
import type { MapEnvironment } from './environment.ts';
import { LruBase } from './lru-base.ts';

/** `BPF_MAP_TYPE_LRU_PERCPU_HASH` (Linux 4.10): an LRU hash with a value for each CPU. */
export class LruPerCpuHashMap extends LruBase {
  constructor(definition: MapDefinition, environment: MapEnvironment) {
    super(definition, environment, true);
  }
}
