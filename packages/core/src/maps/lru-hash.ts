import type { MapDefinition } from './definition.ts';
import type { MapEnvironment } from './environment.ts';
import { LruBase } from './lru-base.ts';

/**
 * `BPF_MAP_TYPE_LRU_HASH` (Linux 4.10): a hash that evicts an entry not used lately where it would be full. See
 * {@link LruBase} for the order and how it differs from the kernel's.
 */
export class LruHashMap extends LruBase {
  constructor(definition: MapDefinition, environment: MapEnvironment) {
    super(definition, environment, false);
  }
}
