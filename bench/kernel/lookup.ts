import type { Collection } from '../../packages/core/src/host/index.ts';
import type { Figure } from '../figure.ts';
import type { Peer } from './peer.ts';

const ENTRIES = 4000;
const COUNT = 2000;
const ROUNDS = 80;

/** Rounds are short, so that some of them are not interrupted on a busy machine. Look-ups in a hash one by one, against C; all entries in batches, against our own next_key and look-up. */
export async function lookupFigures({ maps }: Collection, peer: Peer): Promise<Figure[]> {
  const table = maps.table;
  if (table === undefined) throw new Error('the object has no map table');
  const keys = Array.from({ length: ENTRIES }, (_, key) => new Uint8Array(Uint32Array.of(key).buffer));
  table.setMany(Array.from({ length: ENTRIES }, (_, key) => [key, BigInt(key)] as const));
  const times = { bytes: Infinity, typed: Infinity, c: Infinity, batch: Infinity, single: Infinity };
  for (let round = 0; round < ROUNDS; round += 1) {
    times.c = Math.min(times.c, (await peer.ask(`lookup ${COUNT}`))[0] ?? Infinity);
    times.bytes = Math.min(
      times.bytes,
      each(COUNT, (index) => table.map.lookup(keys[index % ENTRIES] as Uint8Array)),
    );
    times.typed = Math.min(
      times.typed,
      each(COUNT, (index) => table.get(index % ENTRIES)),
    );
    times.batch = Math.min(
      times.batch,
      walk(() => countBatches(table.map.entries?.() ?? [])),
    );
    times.single = Math.min(
      times.single,
      walk(() => countSingly(table.map)),
    );
  }
  return [
    against('look-up by bytes', times.bytes, times.c),
    against('look-up by a number', times.typed, times.c),
    {
      group: 'map',
      figure: 'all entries in batches, each',
      ours: times.batch,
      peer: times.single,
      peerName: 'next_key and look-up',
      unit: 'ns',
      ratio: times.single / times.batch,
      target: '>= 20x',
      met: times.single / times.batch >= 20,
    },
  ];
}

function against(figure: string, ours: number, peer: number): Figure {
  const met = ours <= 1.3 * peer;
  return {
    group: 'map',
    figure,
    ours,
    peer,
    peerName: 'libbpf',
    unit: 'ns',
    ratio: peer / ours,
    target: '<= 1.3x',
    met,
  };
}

function each(count: number, action: (index: number) => unknown): number {
  const from = performance.now();
  for (let index = 0; index < count; index += 1) action(index);
  return ((performance.now() - from) * 1e6) / count;
}

function walk(count: () => number): number {
  const from = performance.now();
  const found = count();
  return ((performance.now() - from) * 1e6) / found;
}

function countBatches(entries: Iterable<unknown>): number {
  let count = 0;
  for (const _ of entries) count += 1;
  return count;
}

function countSingly(map: Collection['maps'][string]['map']): number {
  let count = 0;
  for (let key = map.nextKey(undefined); key !== undefined; key = map.nextKey(key)) {
    if (map.lookup(key) !== undefined) count += 1;
  }
  return count;
}
