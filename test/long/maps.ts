/**
 * Maps of the VM against maps of the running kernel: random definitions, random operations from user space and from
 * programs. Left out: the order of hashes, which entries an LRU map evicts, CPUs other than the first.
 */

import fc from 'fast-check';
import { mapFlags } from '../../packages/core/src/abi/map-metadata.ts';
import type { MapDefinition } from '../../packages/core/src/maps/definition.ts';
import { compare, type Difference } from '../../packages/core/test/maps/support/compare.ts';
import { operations } from '../../packages/core/test/maps/support/operation.ts';
import { definition } from '../../packages/core/test/maps/support/vm-subject.ts';
import { KernelOracle } from '../oracle/kernel.ts';

const keySize = fc.integer({ min: 1, max: 40 });
const valueSize = fc.integer({ min: 1, max: 40 });
const maxEntries = fc.integer({ min: 1, max: 40 });
const noPrealloc = fc.constantFrom(0, mapFlags.BPF_F_NO_PREALLOC);
const type = <T extends MapDefinition['type']>(...names: T[]) => fc.constantFrom(...names);

const definitions: fc.Arbitrary<MapDefinition> = fc
  .oneof(
    fc.record({ type: type('array', 'percpu_array'), valueSize, maxEntries }),
    fc.record({ type: type('hash', 'percpu_hash'), keySize, valueSize, maxEntries, flags: noPrealloc }),
    // As many entries as there are keys to try, and as the kernel's CPUs take out of the list at once.
    fc.record({ type: type('lru_hash', 'lru_percpu_hash'), keySize, valueSize, maxEntries: fc.constant(2000) }),
    fc.record({
      type: type('lpm_trie'),
      keySize: fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 5, max: 24 }) }, fc.integer({ min: 25, max: 260 })),
      valueSize,
      maxEntries,
      flags: fc.constant(mapFlags.BPF_F_NO_PREALLOC),
    }),
    fc.record({ type: type('queue', 'stack'), keySize: fc.constant(0), valueSize, maxEntries }),
  )
  .map(definition);

function describeDifference(map: MapDefinition, [first]: readonly Difference[]): string {
  const { type: name, keySize: key, valueSize: value, maxEntries: entries, flags } = map;
  return `${name} (key ${key}, value ${value}, entries ${entries}, flags ${flags}): ${JSON.stringify(first)}`;
}

export const stage = {
  name: 'maps against the kernel',
  async run({ seconds, seed }: { readonly seconds: number; readonly seed: number }) {
    const missing = KernelOracle.missing();
    if (missing !== undefined) {
      return { passed: 0, failed: process.env.SKEP_NO_SKIP === '1' ? 1 : 0, note: `skipped: needs ${missing}` };
    }
    await using kernel = await KernelOracle.start();
    const end = performance.now() + seconds * 1000;
    const wrong: string[] = [];
    let maps = 0;
    let done = 0;
    for (; performance.now() < end && wrong.length < 5; maps++) {
      const [map] = fc.sample(definitions, { numRuns: 1, seed: seed + maps });
      if (map === undefined) break;
      const list = fc.sample(operations(map, kernel.cpus, 1), { numRuns: 400, seed: seed + maps });
      const differences = await compare(kernel, map, list);
      done += list.length - differences.length;
      if (differences.length > 0) wrong.push(`seed ${seed + maps}: ${describeDifference(map, differences)}`);
    }
    return { passed: done, failed: wrong.length, note: [`${maps} maps`, ...wrong].join('; ') };
  },
};
