import type { StructType } from '../btf/types.ts';
import type { ElfSection } from './elf.ts';
import { type MapAttributes, mapSpecOf } from './map-definition.ts';
import type { MapSpec } from './map-spec.ts';
import { badObject, isDataSymbol, type ObjectFile } from './object-file.ts';

/** Bytes of `struct bpf_map_def`: type, key_size, value_size, max_entries, map_flags. */
const DEFINITION_SIZE = 20;

/** A map of section `maps` and where its definition lies. */
export interface LegacyMap {
  readonly spec: MapSpec;
  readonly offset: number;
}

/**
 * Reads section `maps`, in which each symbol is a `struct bpf_map_def` (libbpf before 1.0), all of the same size.
 * Loaders of old had longer structs of their own: what stands behind the common five fields is left out, and told
 * where it is not zero. Types come from `____btf_map_NAME` structs where the object has them.
 * @throws SKEP_BAD_OBJECT
 */
export function readLegacyMaps(object: ObjectFile, section: ElfSection, index: number): LegacyMap[] {
  const symbols = object.symbolsOf(index).filter(isDataSymbol);
  if (section.size === 0) return [];
  const size = symbols.length === 0 ? 0 : section.data.length / symbols.length;
  if (!Number.isInteger(size) || size < DEFINITION_SIZE) {
    throw badObject(
      'section maps is no list of struct bpf_map_def',
      { section: 'maps' },
      {
        reason: `${section.data.length} bytes for ${symbols.length} maps; each takes the same size, at least 20`,
        remedy: 'define the maps in section .maps instead',
      },
    );
  }
  return symbols.map(({ name, value }) => {
    if (value % size !== 0 || value + size > section.data.length) {
      throw badObject(
        `map ${name} does not lie at a definition`,
        { section: 'maps', offset: value },
        {
          reason: `definitions of ${size} bytes start at multiples of that`,
        },
      );
    }
    return { spec: readDefinition(object, name, section.data.subarray(value, value + size)), offset: value };
  });
}

function readDefinition(object: ObjectFile, name: string, bytes: Uint8Array): MapSpec {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const field = (index: number): number => view.getUint32(index * 4, true);
  if (bytes.subarray(DEFINITION_SIZE).some((byte) => byte !== 0)) {
    object.report({
      severity: 'warning',
      message: `the definition of map ${name} has ${bytes.length} bytes: what follows the first 20 is left out`,
      place: { section: 'maps' },
    });
  }
  const attributes: MapAttributes = {
    type: field(0),
    keySize: field(1),
    valueSize: field(2),
    maxEntries: field(3),
    flags: field(4),
    mapExtra: 0n,
    pinning: 'none',
    ...annotatedTypes(object, name),
  };
  return mapSpecOf(name, 'maps', attributes);
}

/** Key and value type from `struct ____btf_map_NAME { K key; V value; }`. */
function annotatedTypes({ btf }: ObjectFile, name: string): Pick<MapAttributes, 'keyType' | 'valueType'> {
  const id = btf?.findByName(`____btf_map_${name}`, 'struct');
  if (btf === undefined || id === undefined) return {};
  const [key, value] = (btf.type(id) as StructType).members;
  return key === undefined || value === undefined ? {} : { keyType: key.type, valueType: value.type };
}
