import type { Value } from '../btf/value.ts';
import type { Input } from './codec.ts';
import { EntryTable, readerOf } from './entry-table.ts';

/** A map with keys and one value for each: hash, array, LRU hash, LPM trie. */
export class MapTable extends EntryTable<Value> {
  override update(key: Input, change: (value: Value, cpu: number) => Value): boolean {
    const value = this.get(key);
    if (value === undefined) return false;
    this.set(key, change(value, 0));
    return true;
  }

  protected override valueReader(bytes: Uint8Array, count: number): (index: number) => Value {
    return readerOf(this.codecs.value, bytes, count);
  }
  protected override decode(bytes: Uint8Array): Value {
    return this.codecs.value.decode(bytes);
  }
  protected override encode(value: unknown): Uint8Array {
    return this.codecs.value.encode(value as Input);
  }
}
