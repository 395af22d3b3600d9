import type { Value } from '../btf/value.ts';
import type { Input } from './codec.ts';
import { MapHandle } from './map-handle.ts';

/** A queue or a stack (Linux 4.20). */
export class QueueHandle extends MapHandle {
  override push(value: Input): void {
    this.map.push(this.codecs.value.encode(value));
  }
  override pop(): Value | undefined {
    return this.#decode(this.map.pop());
  }
  override peek(): Value | undefined {
    return this.#decode(this.map.peek());
  }

  #decode(bytes: Uint8Array | undefined): Value | undefined {
    return bytes === undefined ? undefined : this.codecs.value.decode(bytes);
  }
}
