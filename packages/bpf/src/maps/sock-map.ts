import { u32 } from '../integers.ts';
import type { Scalar } from '../schema.ts';
import type { MapOptions } from './map-spec.ts';
import { SocketMap } from './socket-map.ts';

/** BPF_MAP_TYPE_SOCKMAP (Linux 4.14). */
export class SockMap extends SocketMap<'sockmap', Scalar<u32>> {
  readonly kind = 'sockmap';

  constructor(options: MapOptions) {
    super(u32, options);
  }
}
