import type { MapDefinition } from './definition.ts';
import type { MapEnvironment } from './environment.ts';
import { HashBase } from './hash-base.ts';

/**
 * `BPF_MAP_TYPE_PERCPU_HASH` (Linux 4.6): a hash with a value for each CPU. A program that adds an entry sets the
 * value of its own CPU; those of the others are zero.
 */
export class PerCpuHashMap extends HashBase {
  constructor(definition: MapDefinition, environment: MapEnvironment) {
    super(definition, environment, { keyOffset: 16, perCpu: true });
  }
}
