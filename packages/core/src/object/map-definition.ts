import { type MapType, mapTypes } from '../abi/map-types.gen.ts';
import type { Place } from '../base/errors.ts';
import type { TypeId } from '../btf/types.ts';
import type { InitialEntry, MapSpec } from './map-spec.ts';
import { badObject } from './object-file.ts';

/** What a map definition says, before it is completed to a {@link MapSpec}. */
export interface MapAttributes {
  /** Number of the map type. */
  type: number;
  keySize?: number;
  valueSize?: number;
  maxEntries: number;
  flags: number;
  mapExtra: bigint;
  numaNode?: number;
  pinning: 'none' | 'name';
  keyType?: TypeId;
  valueType?: TypeId;
  inner?: MapSpec;
}

const typeNames = new Map<number, MapType>(Object.entries(mapTypes).map(([name, number]) => [number, name as MapType]));

/** The map type of a number. @throws SKEP_BAD_OBJECT for one that no kernel has. */
function mapTypeOf(number: number, name: string, place: Place): MapType {
  const type = number === 0 ? undefined : typeNames.get(number);
  if (type !== undefined) return type;
  throw badObject(number === 0 ? `map ${name} has no type` : `map ${name} has unknown type ${number}`, place, {
    remedy: 'give it one of enum bpf_map_type: __uint(type, BPF_MAP_TYPE_HASH)',
  });
}

/** Map types whose values are references to something else: 4 bytes wide whether they say it or not. */
const referenceTypes: ReadonlySet<MapType> = new Set(['prog_array', 'array_of_maps', 'hash_of_maps']);

/**
 * Bytes of key and value of the map types that carry records. A value type in their definition says what the records
 * hold; the map itself has these sizes in every kernel.
 */
const recordSizes: ReadonlyMap<MapType, number> = new Map([
  ['ringbuf', 0],
  ['user_ringbuf', 0],
  ['perf_event_array', 4],
]);

/** The spec of a map that a section defines. */
export function mapSpecOf(
  name: string,
  section: string,
  attributes: MapAttributes,
  contents: readonly InitialEntry[] = [],
): MapSpec {
  const { numaNode, keyType, valueType, inner } = attributes;
  const type = mapTypeOf(attributes.type, name, { section });
  const records = recordSizes.get(type);
  return {
    name,
    type,
    keySize: records ?? attributes.keySize ?? 0,
    valueSize: records ?? attributes.valueSize ?? (referenceTypes.has(type) ? 4 : 0),
    maxEntries: attributes.maxEntries,
    flags: attributes.flags,
    mapExtra: attributes.mapExtra,
    ...(numaNode === undefined ? {} : { numaNode }),
    pinning: attributes.pinning,
    ...(keyType === undefined ? {} : { keyType }),
    ...(valueType === undefined ? {} : { valueType }),
    ...(inner === undefined ? {} : { inner }),
    contents,
    frozen: false,
    origin: 'maps',
    section,
  };
}
