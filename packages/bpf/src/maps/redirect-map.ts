import { u32 } from '../integers.ts';
import { XDP } from '../programs/verdicts.ts';
import { redirect } from '../runtime/map-operations.ts';
import type { Scalar } from '../schema.ts';
import type { MapKind, MapOptions, MapSpec } from './map-spec.ts';

/** What the maps that XDP sends packets to have in common. */
export abstract class RedirectMap<Kind extends MapKind> implements MapSpec<Kind, Scalar<u32>, Scalar<u32>> {
  abstract readonly kind: Kind;
  readonly key: Scalar<u32> = u32;
  readonly value: Scalar<u32> = u32;
  readonly options: MapOptions;

  constructor(options: MapOptions) {
    this.options = options;
  }

  /** Sends the packet to entry `index`; `otherwise` (XDP.ABORTED) where there is none (Linux 5.3). */
  redirect(index: u32, otherwise: XDP = XDP.ABORTED): XDP {
    return redirect(this, index, otherwise) as XDP;
  }
}
