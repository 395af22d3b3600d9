import { alignUp } from '../base/bytes.ts';
import { SkepError } from '../base/errors.ts';
import type { Value } from '../btf/value.ts';
import type { Input } from './codec.ts';
import { MapHandle } from './map-handle.ts';
import { entriesOf } from './map-table.ts';
import { PerCpu } from './per-cpu.ts';

/** A per-CPU map: each value is an array with one element for each CPU (Linux 4.6). */
export class PerCpuTable extends MapHandle {
  override get(key: Input): PerCpu | undefined {
    const bytes = this.map.lookup(this.codecs.key.encode(key));
    return bytes === undefined ? undefined : this.#split(bytes);
  }

  /** @param values one for each CPU. @throws SKEP_BAD_VALUE for another number of them. */
  override set(key: Input, values: readonly Input[]): void {
    const { cpus } = this.map;
    if (!Array.isArray(values) || values.length !== cpus) {
      throw new SkepError('SKEP_BAD_VALUE', `map ${this.name} takes an array of ${cpus} values, one for each CPU`);
    }
    const stride = this.#stride;
    const bytes = new Uint8Array(stride * cpus);
    for (const [cpu, value] of values.entries()) bytes.set(this.codecs.value.encode(value), cpu * stride);
    this.map.update(this.codecs.key.encode(key), bytes);
  }

  override delete(key: Input): boolean {
    const bytes = this.codecs.key.encode(key);
    return this.spec.type !== 'percpu_array' && this.map.delete(bytes);
  }

  override has(key: Input): boolean {
    return this.map.lookup(this.codecs.key.encode(key)) !== undefined;
  }

  override update(key: Input, change: (value: Value, cpu: number) => Value): boolean {
    const values = this.get(key);
    if (values === undefined) return false;
    this.set(key, values.map(change));
    return true;
  }

  override *keys(): Generator<Value> {
    for (const [key] of entriesOf(this)) yield this.codecs.key.decode(key);
  }

  override *values(): Generator<PerCpu> {
    for (const [, values] of this) yield values;
  }

  override *[Symbol.iterator](): Generator<[key: Value, values: PerCpu]> {
    for (const [key, bytes] of entriesOf(this)) yield [this.codecs.key.decode(key), this.#split(bytes)];
  }

  /** The kernel rounds each CPU's value up to 8 bytes. */
  get #stride(): number {
    return alignUp(this.spec.valueSize, 8);
  }

  #split(bytes: Uint8Array): PerCpu {
    const values = new PerCpu();
    for (let cpu = 0; cpu < this.map.cpus; cpu++) {
      const start = cpu * this.#stride;
      values.push(this.codecs.value.decode(bytes.subarray(start, start + this.spec.valueSize)));
    }
    return values;
  }
}
