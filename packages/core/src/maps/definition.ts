import type { MapType } from '../abi/map-types.gen.ts';

/** What a map is made from: the attributes of `BPF_MAP_CREATE`. A MapSpec is one. */
export interface MapDefinition {
  readonly name: string;
  readonly type: MapType;
  /** Bytes. */
  readonly keySize: number;
  /** Bytes. */
  readonly valueSize: number;
  readonly maxEntries: number;
  /** `BPF_F_*` bits of map creation. */
  readonly flags: number;
  readonly mapExtra: bigint;
}
