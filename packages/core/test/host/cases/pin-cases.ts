import { rmdirSync } from 'node:fs';
import { expect } from 'vitest';
import { type Host, loadCollection, openPinnedMap, type Pins } from '../../../src/host/index.ts';
import { assembled, frame, type HostCase, idle, mapOf, programOf, withProgram } from './case.ts';

const counter = (entries = 1) => `
  .map counts, type=array, key=u32, value=u64, max_entries=${entries}, pinning=name
  .section xdp
count:
  *(u32 *)(r10 - 4) = 0
  r2 = r10
  r2 += -4
  r1 = counts ll
  call bpf_map_lookup_elem
  if r0 == 0 goto out
  r1 = 1
  lock *(u64 *)(r0 + 0) += r1
out:
  r0 = 2
  exit
`;

function pinsOf(host: Host): Pins {
  if (host.pins === undefined) throw new Error('the host has no pins');
  return host.pins;
}

/** Runs with a folder for pins that is empty afterwards; `names` are those that it may hold. */
function withFolder(host: Host, names: readonly string[], use: (folder: string) => void): void {
  const pins = pinsOf(host);
  const folder = `${pins.directory}/skep-case-${process.pid}-${Math.random().toString(36).slice(2)}`;
  try {
    use(folder);
  } finally {
    for (const name of names) {
      try {
        pins.unpin(`${folder}/${name}`);
      } catch {
        // It was not pinned, which is a case as well.
      }
    }
    if (host.name === 'kernel') rmdirSync(folder);
  }
}

/** Maps that outlive their collection: the same on every host that has pins. */
export const pinCases: readonly HostCase[] = [
  {
    name: 'a map that is pinned by name is used again, and keeps its contents',
    run: (host) =>
      withFolder(host, ['counts'], (pinPath) => {
        for (const expected of [1n, 2n, 3n]) {
          withProgram(
            host,
            counter(),
            (collection) => {
              programOf(collection, 'count').run(frame());
              expect(mapOf(collection, 'counts').get(0)).toBe(expected);
              expect(mapOf(collection, 'counts').name).toBe('counts');
            },
            { pinPath },
          );
        }
      }),
  },
  {
    name: 'a pinned map that does not fit: the field that differs',
    run: (host) =>
      withFolder(host, ['counts'], (pinPath) => {
        withProgram(host, counter(), () => undefined, { pinPath });
        expect(() => loadCollection(assembled(counter(2)), host, { pinPath })).toThrow(
          expect.objectContaining({
            code: 'SKEP_BAD_MAP',
            reason: 'max_entries: the program wants 2, the pinned map has 1',
          }),
        );
      }),
  },
  {
    name: 'a loading that fails leaves nothing pinned',
    run: (host) =>
      withFolder(host, ['counts'], (pinPath) => {
        // The map before is pinned, the one that comes with it finds its path taken.
        withProgram(
          host,
          counter(),
          (other) => {
            const twin = assembled(
              `.map first, type=array, key=u32, value=u32, max_entries=1, pinning=name\n.map second, type=hash, key=u32, value=u32, max_entries=1, pinning=name\n${idle}`,
            );
            mapOf(other, 'counts').pin(`${pinPath}/second`);
            expect(() => loadCollection(twin, host, { pinPath })).toThrow(
              expect.objectContaining({ code: 'SKEP_BAD_MAP', reason: expect.stringMatching(/^type: .*hash.*array/) }),
            );
            pinsOf(host).unpin(`${pinPath}/second`);
            expect(pinsOf(host).openMap(`${pinPath}/first`)).toBeUndefined();
          },
          { pinPath },
        );
      }),
  },
  {
    name: 'by hand: pin, open, unpin; a taken path is SKEP_BUSY, one where nothing is SKEP_NO_SUCH_NAME',
    run: (host) =>
      withFolder(host, ['m'], (folder) => {
        withProgram(host, `.map m, type=hash, key=__be32, value=u32, max_entries=2\n${idle}`, (collection) => {
          const m = mapOf(collection, 'm');
          m.set('10.0.0.1', 1);
          m.pin(`${folder}/m`);
          expect(() => m.pin(`${folder}/m`)).toThrow(expect.objectContaining({ code: 'SKEP_BUSY' }));
        });
        const again = openPinnedMap(host, `${folder}/m`);
        expect([...again.map.entries()].map(([key, value]) => [...key, ...value])).toEqual([[10, 0, 0, 1, 1, 0, 0, 0]]);
        expect(again.spec).toMatchObject({ type: 'hash', keySize: 4, valueSize: 4, maxEntries: 2 });
        again.map.dispose();
        pinsOf(host).unpin(`${folder}/m`);
        const nothing = expect.objectContaining({ code: 'SKEP_NO_SUCH_NAME' });
        expect(() => openPinnedMap(host, `${folder}/m`)).toThrow(nothing);
        expect(() => pinsOf(host).unpin(`${folder}/m`)).toThrow(nothing);
      }),
  },
  {
    name: 'info of a map',
    run: (host) =>
      withProgram(host, `.map m, type=hash, key=u32, value=u64, max_entries=5, flags=1\n${idle}`, (collection) => {
        const m = mapOf(collection, 'm');
        expect(m.info()).toMatchObject({
          name: 'm',
          type: 'hash',
          keySize: 4,
          valueSize: 8,
          maxEntries: 5,
          flags: 1,
          mapExtra: 0n,
          frozen: false,
        });
        expect(m.info().id).toBeGreaterThan(0);
        m.map.freeze();
        expect(m.info().frozen).toBe(true);
      }),
  },
];
