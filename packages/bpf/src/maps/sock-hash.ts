import type { AnySchema } from '../schema.ts';
import { SocketMap } from './socket-map.ts';

/** BPF_MAP_TYPE_SOCKHASH (Linux 4.18). */
export class SockHash<Key extends AnySchema> extends SocketMap<'sockhash', Key> {
  readonly kind = 'sockhash';
}
