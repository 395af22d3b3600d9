import { mapFlags } from '../../../src/abi/map-metadata.ts';
import type { MapDefinition } from '../../../src/maps/definition.ts';
import { definition } from './vm-subject.ts';

const { BPF_F_NO_PREALLOC: NO_PREALLOC } = mapFlags;

/** Maps that the models are compared on: every type with keys, values or an order of its own, in odd sizes too. */
export const modelled: readonly (readonly [string, MapDefinition])[] = (
  [
    ['array', { type: 'array', valueSize: 8, maxEntries: 5 }],
    ['array of 3-byte values', { type: 'array', valueSize: 3, maxEntries: 1 }],
    ['percpu_array', { type: 'percpu_array', valueSize: 12, maxEntries: 3 }],
    ['hash', { type: 'hash', keySize: 4, valueSize: 8, maxEntries: 6 }],
    ['hash of odd sizes', { type: 'hash', keySize: 7, valueSize: 5, maxEntries: 9 }],
    ['hash of one entry', { type: 'hash', keySize: 1, valueSize: 1, maxEntries: 1 }],
    ['hash without preallocation', { type: 'hash', keySize: 16, valueSize: 24, maxEntries: 20, flags: NO_PREALLOC }],
    ['percpu_hash', { type: 'percpu_hash', keySize: 4, valueSize: 8, maxEntries: 4 }],
    ['percpu_hash without preallocation', { type: 'percpu_hash', keySize: 3, valueSize: 4, flags: NO_PREALLOC }],
    ['lpm_trie of 1 byte', { type: 'lpm_trie', keySize: 5, valueSize: 4, maxEntries: 6, flags: NO_PREALLOC }],
    ['lpm_trie of 4 bytes', { type: 'lpm_trie', keySize: 8, valueSize: 8, maxEntries: 30, flags: NO_PREALLOC }],
    ['lpm_trie of 11 bytes', { type: 'lpm_trie', keySize: 15, valueSize: 3, maxEntries: 30, flags: NO_PREALLOC }],
    ['queue', { type: 'queue', keySize: 0, valueSize: 6, maxEntries: 3 }],
    ['queue of one value', { type: 'queue', keySize: 0, valueSize: 8, maxEntries: 1 }],
    ['stack', { type: 'stack', keySize: 0, valueSize: 4, maxEntries: 3 }],
    // Room for every key that is tried: which entries would be evicted is no matter of comparison.
    ['lru_hash', { type: 'lru_hash', keySize: 4, valueSize: 8, maxEntries: 600 }],
    ['lru_percpu_hash', { type: 'lru_percpu_hash', keySize: 4, valueSize: 8, maxEntries: 600 }],
  ] as const
).map(([name, parts]) => [name, definition(parts)] as const);
