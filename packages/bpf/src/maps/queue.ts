import type { AnySchema } from '../schema.ts';
import { QueueLike } from './queue-like.ts';

/** BPF_MAP_TYPE_QUEUE (Linux 4.20): first in, first out. */
export class Queue<Value extends AnySchema> extends QueueLike<'queue', Value> {
  readonly kind = 'queue';
}
