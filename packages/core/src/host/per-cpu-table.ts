import { alignUp } from '../base/bytes.ts';
import { SkepError } from '../base/errors.ts';
import type { Value } from '../btf/value.ts';
import type { Input } from './codec.ts';
import { EntryTable } from './entry-table.ts';
import { PerCpu } from './per-cpu.ts';

/** A per-CPU map: each value is an array with one element for each CPU (Linux 4.6). */
export class PerCpuTable extends EntryTable<PerCpu> {
  /** @param values one for each CPU. @throws SKEP_BAD_VALUE for another number of them. */
  override set(key: Input, values: readonly Input[]): void {
    super.set(key, values);
  }

  override update(key: Input, change: (value: Value, cpu: number) => Value): boolean {
    const values = this.get(key);
    if (values === undefined) return false;
    this.set(key, values.map(change));
    return true;
  }

  protected override encode(values: unknown): Uint8Array {
    const { cpus } = this.map;
    if (!Array.isArray(values) || values.length !== cpus) {
      throw new SkepError('SKEP_BAD_VALUE', `map ${this.name} takes an array of ${cpus} values, one for each CPU`);
    }
    const stride = this.#stride;
    const bytes = new Uint8Array(stride * cpus);
    for (const [cpu, value] of values.entries()) bytes.set(this.codecs.value.encode(value as Input), cpu * stride);
    return bytes;
  }

  protected override decode(bytes: Uint8Array): PerCpu {
    const values = new PerCpu();
    for (let cpu = 0; cpu < this.map.cpus; cpu++) {
      const start = cpu * this.#stride;
      values.push(this.codecs.value.decode(bytes.subarray(start, start + this.spec.valueSize)));
    }
    return values;
  }

  /** The kernel rounds each CPU's value up to 8 bytes. */
  get #stride(): number {
    return alignUp(this.spec.valueSize, 8);
  }
}
