import { mapTypes } from '../abi/map-types.gen.ts';
import type { MapDefinition } from './definition.ts';
import type { Memory } from './memory.ts';

/**
 * The header of a map: what programs hold a pointer to. It lies outside every region, so that programs cannot touch
 * it, and holds what compiled code needs to look a key up by itself. 32-bit words, at these offsets from the handle:
 *
 *     +0  TYPE         number of the map type (enum bpf_map_type)
 *     +4  KEY_SIZE     bytes
 *     +8  VALUE_SIZE   bytes
 *     +12 MAX_ENTRIES
 *     +16 VALUES       arrays: address of the first element
 *     +20 STRIDE       bytes from one element to the next; per-CPU: from one CPU's value to the next CPU's
 *     +24 BUCKETS      hashes: address of the bucket heads; LPM trie: address of the root node
 *     +28 MASK         hashes: number of buckets, a power of two, less 1
 *     +32 SEED         hashes: start value of the hash function
 *     +36 KEY          hashes: offset of the key in an element
 *     +40 VALUE        hashes: offset of the value in an element; 0 where the element holds the address of its values
 *     +44              unused
 *     +48 ...          a copy of the key that user space last asked for
 */
export const Header = {
  TYPE: 0,
  KEY_SIZE: 4,
  VALUE_SIZE: 8,
  MAX_ENTRIES: 12,
  VALUES: 16,
  STRIDE: 20,
  BUCKETS: 24,
  MASK: 28,
  SEED: 32,
  KEY: 36,
  VALUE: 40,
  SCRATCH_KEY: 48,
} as const;

/** Lays out the header of a map and gives its address, the map's handle. */
export function allocateHeader(memory: Memory, definition: MapDefinition): number {
  const { name, type, keySize, valueSize, maxEntries } = definition;
  const handle = memory.allocate(Header.SCRATCH_KEY + Math.max(8, keySize), `map ${name}`);
  memory.view.setUint32(handle + Header.TYPE, mapTypes[type], true);
  memory.view.setUint32(handle + Header.KEY_SIZE, keySize, true);
  memory.view.setUint32(handle + Header.VALUE_SIZE, valueSize, true);
  memory.view.setUint32(handle + Header.MAX_ENTRIES, maxEntries, true);
  return handle;
}
