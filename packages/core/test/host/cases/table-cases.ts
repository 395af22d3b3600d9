import { expect } from 'vitest';
import { frame, type HostCase, idle, mapOf, programOf, withProgram } from './case.ts';

/** Entries of a map; in one case more than a batch takes. */
const COUNT = 1500;
const SEVERAL_BATCHES = 5000;

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const numbers = upTo(COUNT);

/** Adds one to the first value of mmapable array `shared`. */
const adder = `
  .map shared, type=array, key=u32, value=u64, max_entries=3, flags=0x400
  .section xdp
add:
  *(u32 *)(r10 - 4) = 0
  r2 = r10
  r2 += -4
  r1 = shared ll
  call bpf_map_lookup_elem
  if r0 == 0 goto out
  r1 = 1
  lock *(u64 *)(r0 + 0) += r1
out:
  r0 = 2
  exit
`;

/** Many entries at once: the same on every host, in batches or one by one. */
export const tableCases: readonly HostCase[] = [
  ...(
    [
      ['hash', SEVERAL_BATCHES],
      ['lru_hash', COUNT],
      ['lpm_trie', COUNT],
    ] as const
  ).map(
    ([type, count]): HostCase => ({
      name: `${type}: setMany, iteration, deleteMany, takeAll and clear over ${count} entries`,
      run: (host) => {
        const isTrie = type === 'lpm_trie';
        const key = isTrie ? 'struct { u32 prefixlen; __be32 address; }' : '__be32';
        const text = `.map m, type=${type}, key=${key}, value=u64, max_entries=${count * 4}, flags=${isTrie ? 1 : 0}\n${idle}`;
        withProgram(host, text, (collection) => {
          const m = mapOf(collection, 'm');
          const keyOf = (n: number) => `10.0.${n >> 8}.${n & 255}${isTrie ? '/32' : ''}`;
          m.setMany(upTo(count).map((n) => [keyOf(n), BigInt(n)]));
          const expected = new Map(upTo(count).map((n) => [keyOf(n), BigInt(n)]));
          expect(new Map([...m] as [string, bigint][])).toEqual(expected);
          expect([...m.entries()]).toHaveLength(count);
          expect(new Set(m.keys())).toEqual(new Set(expected.keys()));
          expect(new Set(m.values())).toEqual(new Set(expected.values()));
          expect(m.deleteMany([keyOf(count), ...upTo(count).slice(0, 100).map(keyOf), keyOf(5)])).toBe(100);
          expect([m.has(keyOf(99)), m.has(keyOf(100))]).toEqual([false, true]);
          expect(m.takeAll()).toHaveLength(count - 100);
          expect([...m]).toEqual([]);
          m.set(keyOf(1), 1n);
          m.clear();
          expect([...m.keys()]).toEqual([]);
        });
      },
    }),
  ),
  {
    name: 'entries that are deleted while they are iterated over',
    run: (host) =>
      withProgram(host, `.map m, type=hash, key=u32, value=u32, max_entries=${COUNT}\n${idle}`, (collection) => {
        const m = mapOf(collection, 'm');
        m.setMany(numbers.map((n) => [n, n]));
        const seen = new Set<unknown>();
        let times = 0;
        for (const [key] of m) {
          seen.add(key);
          times += 1;
          if (Number(key) % 2 === 0) m.delete(key);
        }
        expect([seen.size, times]).toEqual([COUNT, COUNT]);
        expect([...m.keys()].every((key) => Number(key) % 2 === 1)).toBe(true);
        expect([...m]).toHaveLength(COUNT / 2);
      }),
  },
  {
    name: 'setMany stops at the entry that does not fit: those before it are written',
    run: (host) =>
      withProgram(host, `.map m, type=hash, key=u32, value=u32, max_entries=3\n${idle}`, (collection) => {
        const m = mapOf(collection, 'm');
        expect(() => m.setMany([1, 2, 3, 4, 5].map((n) => [n, n]))).toThrow(
          expect.objectContaining({ code: 'SKEP_MAP_FULL' }),
        );
        expect([...m.keys()].sort()).toEqual([1, 2, 3]);
      }),
  },
  {
    name: 'an array: setMany, clear makes zeros, nothing can be taken',
    run: (host) =>
      withProgram(host, `.map m, type=array, key=u32, value=u32, max_entries=3\n${idle}`, (collection) => {
        const m = mapOf(collection, 'm');
        m.setMany([
          [2, 2],
          [0, 7],
        ]);
        expect([...m.values()]).toEqual([7, 0, 2]);
        expect(m.deleteMany([0, 1])).toBe(0);
        m.clear();
        expect([...m.values()]).toEqual([0, 0, 0]);
        expect(() => m.takeAll()).toThrow(expect.objectContaining({ code: 'SKEP_NOT_SUPPORTED' }));
      }),
  },
  ...['percpu_hash', 'percpu_array', 'lru_percpu_hash'].map(
    (type): HostCase => ({
      name: `${type}: many entries with a value for each CPU`,
      run: (host) =>
        withProgram(host, `.map m, type=${type}, key=u32, value=u32, max_entries=64\n${idle}`, (collection) => {
          const m = mapOf(collection, 'm');
          const { cpus } = m.map;
          m.setMany(
            Array.from({ length: 10 }, (_, n) => [n, Array.from({ length: cpus }, (_, cpu) => n * 1000 + cpu)]),
          );
          const found = new Map([...m] as [number, number[]][]);
          for (let n = 0; n < 10; n++) {
            expect([...(found.get(n) ?? [])]).toEqual(Array.from({ length: cpus }, (_, cpu) => n * 1000 + cpu));
          }
          m.clear();
          expect([...m.values()].flatMap((each) => [...(each as number[])]).every((value) => value === 0)).toBe(true);
        }),
    }),
  ),
  {
    name: 'an array in shared memory: userland and the program see what the other writes',
    run: (host) =>
      withProgram(host, adder, (collection) => {
        const shared = mapOf(collection, 'shared');
        shared.set(0, 41n);
        shared.set(2, 7n);
        programOf(collection, 'add').run(frame());
        expect([...shared.values()]).toEqual([42n, 0n, 7n]);
        expect([shared.get(0), shared.get(2), shared.get(3)]).toEqual([42n, 7n, undefined]);
      }),
  },
  {
    name: 'a host may end before its collections, and both twice',
    run: (host) => {
      const text = `
        .map h, type=hash, key=u32, value=u32, max_entries=2
        .map r, type=ringbuf, max_entries=4096
        .map p, type=perf_event_array, key=u32, value=u32, max_entries=0
        ${idle}`;
      withProgram(host, text, (collection) => {
        host.dispose();
        expect(() => mapOf(collection, 'h').get(1)).toThrow(expect.objectContaining({ code: 'SKEP_USAGE' }));
        collection.dispose();
        host.dispose();
      });
    },
  },
  {
    name: 'a map that was disposed of says so',
    run: (host) => {
      const kept = withProgram(host, `.map m, type=hash, key=u32, value=u32, max_entries=2\n${idle}`, (collection) => {
        collection.dispose();
        return [mapOf(collection, 'm'), programOf(collection, 'idle')] as const;
      });
      const gone = expect.objectContaining({ code: 'SKEP_USAGE', message: expect.stringContaining('disposed of') });
      const [m, idleProgram] = kept;
      expect(() => m.get(1)).toThrow(gone);
      expect(() => m.set(1, 1)).toThrow(gone);
      expect(() => m.delete(1)).toThrow(gone);
      expect(() => [...m]).toThrow(gone);
      expect(() => m.setMany([[1, 1]])).toThrow(gone);
      expect(() => m.clear()).toThrow(gone);
      expect(() => idleProgram.run(frame())).toThrow(gone);
      m.map.dispose();
    },
  },
];
