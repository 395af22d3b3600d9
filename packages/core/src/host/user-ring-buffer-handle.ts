import type { Input } from './codec.ts';
import { MapHandle } from './map-handle.ts';

/**
 * A user ring buffer (Linux 6.1): records from user space to programs, which take them with `bpf_user_ringbuf_drain`
 * when they run.
 */
export class UserRingBufferHandle extends MapHandle {
  /**
   * Writes one record: a value of the map's type, or bytes, of any number.
   * @throws SKEP_MAP_FULL until a program has taken enough; SKEP_BAD_VALUE for one that never fits.
   */
  override push(value: Input): void {
    this.map.push(value instanceof Uint8Array ? value : this.codecs.value.encode(value));
  }
}
