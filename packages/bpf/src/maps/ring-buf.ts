import { emit, reserve } from '../runtime/map-operations.ts';
import type { AnySchema, Infer, Input } from '../schema.ts';
import type { MapSpec } from './map-spec.ts';

/** A reserved ring buffer record: zeroed, and every path must `submit` or `discard` it. */
export type Reservation<Value> = Value & {
  submit(): void;
  discard(): void;
};

/** `bytes` is a power of two and at least a page (4096). */
export interface RingBufOptions {
  readonly bytes: number;
  readonly pin?: string;
}

/** BPF_MAP_TYPE_RINGBUF (Linux 5.8): records from all CPUs in order. Userland reads it with `for await`. */
export class RingBuf<Value extends AnySchema> implements MapSpec<'ringbuf', never, Value> {
  readonly kind = 'ringbuf';
  declare readonly key: never;
  readonly value: Value;
  readonly options: RingBufOptions;

  constructor(value: Value, options: RingBufOptions) {
    this.value = value;
    this.options = options;
  }

  /** Reserves, stores and submits one record. Every field must be given. False where the buffer is full. */
  emit(value: Input<Value>): boolean {
    return emit(this, value);
  }
  /** Memory for one record, or undefined where the buffer is full. */
  reserve(): Reservation<Infer<Value>> | undefined {
    return reserve(this) as Reservation<Infer<Value>> | undefined;
  }
}
