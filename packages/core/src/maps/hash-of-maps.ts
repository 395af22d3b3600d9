import type { MapDefinition } from './definition.ts';
import type { MapEnvironment } from './environment.ts';
import { Errno } from './errno.ts';
import { HashBase } from './hash-base.ts';
import { acquireInner, releaseInner, templateOf } from './inner-maps.ts';

/**
 * `BPF_MAP_TYPE_HASH_OF_MAPS` (Linux 4.12): maps like its template, by key. Its values are handles; programs get the
 * handle itself from a lookup and cannot change the map.
 */
export class HashOfMaps extends HashBase {
  readonly #template: MapDefinition;

  constructor(definition: MapDefinition, environment: MapEnvironment) {
    const template = templateOf(definition, environment);
    super(definition, environment, { keyOffset: 8, perCpu: false });
    this.#template = template;
  }

  override lookup(key: number, _cpu: number): number {
    return this.#handleAt(this.locate(key));
  }
  override update(): number {
    return Errno.EINVAL;
  }
  override delete(): number {
    return Errno.EINVAL;
  }
  override forEach(): number {
    return Errno.EINVAL;
  }

  override set(key: Uint8Array, value: Uint8Array, flags: number): number {
    const address = this.keyAddress(key);
    this.checkValue(value);
    if (!this.mayWrite) return Errno.EPERM;
    const handle = new DataView(value.buffer, value.byteOffset).getUint32(0, true);
    const refusal = acquireInner(handle, this.#template, this.environment);
    if (refusal !== 0) return refusal;
    const old = this.#handleAt(this.locate(address));
    const at = this.place(address, flags);
    if (at < 0) {
      releaseInner(handle, this.environment);
      return at;
    }
    this.memory.view.setUint32(at, handle, true);
    if (old !== 0) releaseInner(old, this.environment);
    return 0;
  }

  override remove(key: Uint8Array): number {
    const address = this.keyAddress(key);
    if (!this.mayWrite) return Errno.EPERM;
    const old = this.#handleAt(this.locate(address));
    const result = super.delete(address);
    if (old !== 0) releaseInner(old, this.environment);
    return result;
  }

  protected override clear(): void {
    this.table.walk((element) => {
      releaseInner(this.#handleAt(this.valueAddress(element, 0)), this.environment);
      return false;
    });
  }

  #handleAt(value: number): number {
    return value === 0 ? 0 : this.memory.view.getUint32(value, true);
  }
}
