import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Collection, type Host, loadCollection, vm } from '../../core/src/host/index.ts';
import { readCaptureSync, toEthernet } from '../../core/src/net/index.ts';
import { assembleElf } from '../../core/src/object/assembly/index.ts';
import { type CollectionSpec, collectionFromElf, readCollection } from '../../core/src/object/index.ts';
import { prebuiltObject } from '../../core/test/object/prebuilt.ts';
import { needsBpf } from '../../core/test/support/needs.ts';
import { kernel } from '../src/index.ts';

const examples = join(import.meta.dirname, '../../../examples');
const read = (name: string) => new Uint8Array(readFileSync(join(examples, name)));

/** In an emulated machine, which is an order of magnitude slower: a tenth of the packets. */
const emulated = process.env.SKEP_EMULATED === '1';

/** Packets of the captures, as a test run takes them. */
const packets = ['web.pcap', 'mixed.pcapng', 'cooked.pcap'].flatMap((name) =>
  [...readCaptureSync(read(`captures/${name}`))]
    .map(({ linkType, data }) => toEthernet(linkType, data))
    .filter((frame) => frame.length >= 15 && frame.length <= 3400)
    .filter((_, index) => !emulated || index % 10 === 0),
);

const firewall = new TextDecoder().decode(read('firewall/firewall.s'));
const objects: readonly (readonly [name: string, spec: () => CollectionSpec])[] = [
  ['firewall.s', () => collectionFromElf(assembleElf(firewall, { file: 'firewall.s' }))],
  ...[
    'firewall-clang-19-v3.o',
    'firewall-bpf-gcc-v3.o',
    'globals-clang-19-v3.o',
    'inner-maps-clang-19-v3.o',
    'legacy-maps-clang-19-v3.o',
    'subprograms-clang-19-v3.o',
    'subprograms-bpf-gcc-v3.o',
    'tail-calls-clang-19-v3.o',
    'tail-calls-bpf-gcc-v3.o',
  ].map((name) => [name, () => readCollection(prebuiltObject(name))] as const),
];

needsBpf().describe('VM and kernel agree over the captures', () => {
  let linux: Host;
  beforeAll(() => {
    linux = kernel();
  });
  afterAll(() => linux.dispose());

  test.each(objects)('%s: verdicts, packets and maps', (_, spec) => {
    expect(packets.length).toBeGreaterThan(emulated ? 50 : 500);
    const machine = vm({ cpus: 1 });
    using inVm = load(spec(), machine);
    using inKernel = load(spec(), linux);
    for (const [name, program] of Object.entries(inVm.programs)) {
      for (const [index, packet] of packets.entries()) {
        const expected = inKernel.programs[name]?.run(packet);
        const { code, verdict, data } = program.run(packet, { asTestRun: true });
        const where = `${name}, packet ${index}`;
        expect([where, verdict, code]).toEqual([where, expected?.verdict, expected?.code]);
        expect(Buffer.compare(data, expected?.data ?? new Uint8Array(0)), where).toBe(0);
      }
    }
    expect(contents(inVm)).toEqual(contents(inKernel));
    machine.dispose();
  });
});

function load(spec: CollectionSpec, host: Host): Collection {
  const collection = loadCollection(spec, host);
  collection.maps.blocked?.set('10.10.0.64/26', 1);
  return collection;
}

/** Entries of the plain maps by bytes, in order of their keys. */
function contents({ maps }: Collection): unknown {
  return Object.entries(maps)
    .filter(([, { spec }]) => ['array', 'hash', 'lru_hash', 'lpm_trie'].includes(spec.type))
    .map(([name, { map }]) => {
      const entries: string[] = [];
      for (let key = map.nextKey(undefined); key !== undefined; key = map.nextKey(key)) {
        const value = map.lookup(key);
        entries.push(`${Buffer.from(key).toString('hex')}=${Buffer.from(value ?? []).toString('hex')}`);
      }
      return [name, entries.sort()];
    });
}
