import type { Btf } from '../btf/reader.ts';
import type { BtfType, TypeId } from '../btf/types.ts';
import type { CollectionSpec } from '../object/collection-spec.ts';
import type { MapSpec } from '../object/map-spec.ts';
import { type Codec, hexCodec, indexCodec, typeCodec } from './codec.ts';
import { LENGTH_SIZE, prefixCodec } from './prefix-codec.ts';
import { sectionCodec } from './section-codec.ts';

/** How the keys and values of one map are seen from userland. */
export interface MapCodecs {
  readonly key: Codec;
  readonly value: Codec;
}

/** What a collection knows of the types of its maps. */
type Types = Pick<CollectionSpec, 'btf' | 'variables'>;

/** Map types whose key is an index, whatever the object says of its type. */
const indexed: ReadonlySet<string> = new Set([
  'array',
  'percpu_array',
  'prog_array',
  'perf_event_array',
  'array_of_maps',
  'devmap',
  'cpumap',
  'xskmap',
]);

/** Map types whose records may have any size. */
const streams: ReadonlySet<string> = new Set(['ringbuf', 'user_ringbuf', 'perf_event_array']);

/** Chooses the codecs of a map from its types in the collection's BTF, or bytes where it has none. */
export function mapCodecs(spec: MapSpec, collection: Types): MapCodecs {
  const { btf } = collection;
  return { key: keyCodec(spec, btf), value: valueCodec(spec, collection) };
}

function keyCodec(spec: MapSpec, btf: Btf | undefined): Codec {
  if (spec.type === 'lpm_trie') return lpmCodec(spec, btf);
  if (spec.keySize === 4 && indexed.has(spec.type) && !isEnum(btf, spec.keyType)) return indexCodec;
  return typed(btf, spec.keyType, spec.keySize);
}

function valueCodec(spec: MapSpec, collection: Types): Codec {
  if (spec.origin === 'data' || spec.origin === 'bss' || spec.origin === 'rodata') {
    const variables = [...collection.variables.values()].filter(({ map }) => map === spec.name);
    if (variables.length > 0) return sectionCodec(spec.valueSize, variables, collection.btf);
  }
  // Records of a buffer have no size of their own in the map; a type that the object names may say it.
  const isStream = streams.has(spec.type);
  const size =
    isStream && collection.btf !== undefined && spec.valueType !== undefined
      ? collection.btf.sizeOf(spec.valueType)
      : spec.valueSize;
  return typed(collection.btf, spec.valueType, size);
}

/** An LPM key is a prefix length and data; the data is an address unless its type says something else. */
function lpmCodec(spec: MapSpec, btf: Btf | undefined): Codec {
  const size = spec.keySize - LENGTH_SIZE;
  const type = btf === undefined || spec.keyType === undefined ? undefined : btf.type(btf.strip(spec.keyType));
  if (btf === undefined || type?.kind !== 'struct' || type.size !== spec.keySize) {
    return prefixCodec(hexCodec(size), true);
  }
  const [data, ...more] = type.members.filter(({ bitOffset }) => bitOffset >= LENGTH_SIZE * 8);
  if (data === undefined || more.length > 0) return prefixCodec(hexCodec(size), false);
  return prefixCodec(typed(btf, data.type, size), isAddress(btf.type(btf.strip(data.type))));
}

function isAddress(type: BtfType): boolean {
  return type.kind === 'int' || type.kind === 'array' || ('name' in type && /^in6?_addr$/.test(type.name));
}

function isEnum(btf: Btf | undefined, type: TypeId | undefined): boolean {
  return btf !== undefined && type !== undefined && btf.type(btf.strip(type)).kind.startsWith('enum');
}

function typed(btf: Btf | undefined, type: TypeId | undefined, size: number): Codec {
  // An object may give a type of another size than the map has; the map is right.
  return btf === undefined || type === undefined || btf.sizeOf(type) !== size
    ? hexCodec(size)
    : typeCodec(btf, type, size);
}
