import type { Input } from './codec.ts';
import { MapHandle } from './map-handle.ts';

/** A bloom filter (Linux 5.16): a set that can be asked for a value, and answers yes by mistake at times, never no. */
export class BloomFilter extends MapHandle {
  override add(value: Input): void {
    this.map.push(this.codecs.value.encode(value));
  }
  /** False where the value was certainly not added. */
  override has(value: Input): boolean {
    return this.map.contains?.(this.codecs.value.encode(value)) ?? this.refuse('has');
  }
}
