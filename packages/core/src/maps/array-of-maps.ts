import type { MapDefinition } from './definition.ts';
import type { MapEnvironment } from './environment.ts';
import { acquireInner, releaseInner, templateOf } from './inner-maps.ts';
import { ReferenceArray } from './reference-array.ts';

/**
 * `BPF_MAP_TYPE_ARRAY_OF_MAPS` (Linux 4.12): maps like its template, by index. Its values are handles; programs get
 * the handle itself from a lookup.
 */
export class ArrayOfMaps extends ReferenceArray {
  readonly #template: MapDefinition;

  constructor(definition: MapDefinition, environment: MapEnvironment) {
    const template = templateOf(definition, environment);
    super(definition, environment);
    this.#template = template;
  }

  override lookup(key: number, _cpu: number): number {
    return this.referenceAt(this.memory.view.getUint32(key, true));
  }

  protected override acquire(handle: number): number {
    return acquireInner(handle, this.#template, this.environment);
  }
  protected override release(handle: number): void {
    releaseInner(handle, this.environment);
  }
}
