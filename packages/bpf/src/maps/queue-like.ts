import { push, take } from '../runtime/map-operations.ts';
import type { AnySchema, Infer, Input } from '../schema.ts';
import type { MapKind, MapOptions, MapSpec } from './map-spec.ts';

/** What queues and stacks have in common. */
export abstract class QueueLike<Kind extends MapKind, Value extends AnySchema> implements MapSpec<Kind, never, Value> {
  abstract readonly kind: Kind;
  declare readonly key: never;
  readonly value: Value;
  readonly options: MapOptions;

  constructor(value: Value, options: MapOptions) {
    this.value = value;
    this.options = options;
  }

  /** False where it is full. */
  push(value: Input<Value>): boolean {
    return push(this, value);
  }
  pop(): Infer<Value> | undefined {
    return take(this, 'pop') as Infer<Value> | undefined;
  }
  peek(): Infer<Value> | undefined {
    return take(this, 'peek') as Infer<Value> | undefined;
  }
}
