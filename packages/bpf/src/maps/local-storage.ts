import { refuseKernelMap } from '../runtime/map-operations.ts';
import type { AnySchema, Infer, Init } from '../schema.ts';
import type { MapKind, MapSpec } from './map-spec.ts';

/** What storage that belongs to something in the kernel has in common. */
export abstract class LocalStorage<Kind extends MapKind, Owner, Value extends AnySchema>
  implements MapSpec<Kind, never, Value>
{
  abstract readonly kind: Kind;
  declare readonly key: never;
  readonly value: Value;
  readonly options: { readonly pin?: string };

  constructor(value: Value, options: { readonly pin?: string } = {}) {
    this.value = value;
    this.options = options;
  }

  get(_owner: Owner): Infer<Value> | undefined {
    return refuseKernelMap(this);
  }
  getOrInsert(_owner: Owner, _initial?: Init<Value>): Infer<Value> | undefined {
    return refuseKernelMap(this);
  }
  delete(_owner: Owner): boolean {
    return refuseKernelMap(this);
  }
}
