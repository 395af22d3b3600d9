import type { AnySchema } from '../schema.ts';
import { QueueLike } from './queue-like.ts';

/** BPF_MAP_TYPE_STACK (Linux 4.20): last in, first out. */
export class Stack<Value extends AnySchema> extends QueueLike<'stack', Value> {
  readonly kind = 'stack';
}
