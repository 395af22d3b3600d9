import { ArrayMap } from './array.ts';
import type { MapDefinition } from './definition.ts';
import type { MapEnvironment } from './environment.ts';

/**
 * `BPF_MAP_TYPE_PERCPU_ARRAY` (Linux 4.6): an array with a value for each CPU. Programs reach the value of the CPU
 * they run on; user space sees all of them, side by side.
 */
export class PerCpuArrayMap extends ArrayMap {
  constructor(definition: MapDefinition, environment: MapEnvironment) {
    super(definition, environment, true);
  }
}
