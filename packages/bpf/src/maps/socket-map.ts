import type { Socket } from '../programs/socket.ts';
import { refuseKernelMap } from '../runtime/map-operations.ts';
import type { AnySchema, Input } from '../schema.ts';
import type { MapKind, MapOptions, MapSpec } from './map-spec.ts';

/** What maps of sockets have in common. */
export abstract class SocketMap<Kind extends MapKind, Key extends AnySchema> implements MapSpec<Kind, Key, never> {
  abstract readonly kind: Kind;
  readonly key: Key;
  declare readonly value: never;
  readonly options: MapOptions;

  constructor(key: Key, options: MapOptions) {
    this.key = key;
    this.options = options;
  }

  /** A referenced socket: every path must `release` it. */
  get(_key: Input<Key>): Socket | undefined {
    return refuseKernelMap(this);
  }
}
