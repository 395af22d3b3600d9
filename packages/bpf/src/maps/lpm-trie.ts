import type { u32 } from '../integers.ts';
import { match, removePrefix, updatePrefix } from '../runtime/map-operations.ts';
import type { AnySchema, Infer, Input } from '../schema.ts';
import type { MapOptions, MapSpec } from './map-spec.ts';

/** BPF_MAP_TYPE_LPM_TRIE (Linux 4.11): the longest prefix wins. Userland keys are CIDR text for addresses. */
export class LpmTrie<Key extends AnySchema, Value extends AnySchema> implements MapSpec<'lpm_trie', Key, Value> {
  readonly kind = 'lpm_trie';
  readonly key: Key;
  readonly value: Value;
  readonly options: MapOptions;

  constructor(key: Key, value: Value, options: MapOptions) {
    this.key = key;
    this.value = value;
    this.options = options;
  }

  /** The value of the longest prefix that covers `key`, live, or undefined. */
  match(key: Input<Key>): Infer<Value> | undefined {
    return match(this, key) as Infer<Value> | undefined;
  }
  /** Writes the entry of the first `prefixLength` bits of `key`. */
  set(key: Input<Key>, prefixLength: u32, value: Input<Value>): boolean {
    return updatePrefix(this, key, prefixLength, value);
  }
  delete(key: Input<Key>, prefixLength: u32): boolean {
    return removePrefix(this, key, prefixLength);
  }
}
