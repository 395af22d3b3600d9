import { expect } from 'vitest';
import { PerCpu } from '../../../src/host/index.ts';
import { type HostCase, idle, mapOf, withProgram } from './case.ts';

/** Maps through the handles of a collection: the same on every host. */
export const mapCases: readonly HostCase[] = [
  {
    name: 'hash: set, get, has, update, delete, iterate',
    run: (host) =>
      withProgram(host, `.map m, type=hash, key=u32, value=u64, max_entries=8\n${idle}`, (collection) => {
        const m = mapOf(collection, 'm');
        m.set(1, 10n);
        m.set(2, 2n ** 64n - 1n);
        expect(m.get(1)).toBe(10n);
        expect(m.get(2)).toBe(2n ** 64n - 1n);
        expect(m.get(3)).toBeUndefined();
        expect([m.has(1), m.has(3)]).toEqual([true, false]);
        expect(m.update(1, (value) => (value as bigint) + 1n)).toBe(true);
        expect(m.update(3, (value) => value)).toBe(false);
        expect([...m].sort()).toEqual([
          [1, 11n],
          [2, 2n ** 64n - 1n],
        ]);
        expect([...m.keys()].sort()).toEqual([1, 2]);
        expect(m.delete(1)).toBe(true);
        expect(m.delete(1)).toBe(false);
        expect([...m.values()]).toEqual([2n ** 64n - 1n]);
      }),
  },
  {
    name: 'hash: the entry too much is SKEP_MAP_FULL',
    run: (host) =>
      withProgram(host, `.map m, type=hash, key=u32, value=u32, max_entries=2\n${idle}`, (collection) => {
        const m = mapOf(collection, 'm');
        m.set(1, 1);
        m.set(2, 2);
        expect(() => m.set(3, 3)).toThrow(expect.objectContaining({ code: 'SKEP_MAP_FULL' }));
        m.set(2, 5);
        expect(m.get(2)).toBe(5);
      }),
  },
  {
    name: 'array: zeroes from the start, never deleted, an index beyond the end refused',
    run: (host) =>
      withProgram(host, `.map m, type=array, key=u32, value=u32, max_entries=3\n${idle}`, (collection) => {
        const m = mapOf(collection, 'm');
        m.set(1, 7);
        expect([...m]).toEqual([
          [0, 0],
          [1, 7],
          [2, 0],
        ]);
        expect(m.delete(1)).toBe(false);
        expect(m.get(3)).toBeUndefined();
        expect(() => m.set(3, 1)).toThrow(expect.objectContaining({ code: expect.stringMatching(/^SKEP_MAP_/) }));
      }),
  },
  {
    name: 'LPM trie: the longest prefix that matches; keys are CIDR',
    run: (host) => {
      const key = 'struct { u32 prefixlen; __be32 address; }';
      const text = `.map m, type=lpm_trie, key=${key}, value=u32, max_entries=8, flags=1\n${idle}`;
      withProgram(host, text, (collection) => {
        const m = mapOf(collection, 'm');
        m.set('10.0.0.0/8', 8);
        m.set('10.1.0.0/16', 16);
        expect(m.get('10.1.2.3')).toBe(16);
        expect(m.get('10.2.3.4/32')).toBe(8);
        expect(m.get('11.0.0.1')).toBeUndefined();
        expect([...m].sort()).toEqual([
          ['10.0.0.0/8', 8],
          ['10.1.0.0/16', 16],
        ]);
        expect(m.delete('10.0.0.0/8')).toBe(true);
        expect(m.get('10.2.3.4')).toBeUndefined();
        expect(() => m.set('10.0.0.0/33', 1)).toThrow(expect.objectContaining({ code: 'SKEP_BAD_VALUE' }));
      });
    },
  },
  {
    name: 'per-CPU array and hash: one value for each CPU, and their sum',
    run: (host) => {
      const text = `
        .map a, type=percpu_array, key=u32, value=u64, max_entries=1
        .map h, type=percpu_hash, key=u32, value=struct { u64 packets; u32 bytes; }, max_entries=4
        ${idle}`;
      withProgram(host, text, (collection) => {
        const { cpus } = mapOf(collection, 'a').map;
        const each = Array.from({ length: cpus }, (_, cpu) => BigInt(cpu + 1));
        mapOf(collection, 'a').set(0, each);
        const values = mapOf(collection, 'a').get(0) as PerCpu;
        expect(values).toBeInstanceOf(PerCpu);
        expect([...values]).toEqual(each);
        expect(values.sum()).toBe(each.reduce((total, value) => total + value, 0n));
        const h = mapOf(collection, 'h');
        h.set(
          5,
          each.map((packets) => ({ packets, bytes: 2 })),
        );
        expect((h.get(5) as PerCpu).sum()).toEqual({ packets: values.sum(), bytes: 2 * cpus });
        expect(() => h.set(6, [])).toThrow(expect.objectContaining({ code: 'SKEP_BAD_VALUE' }));
      });
    },
  },
  {
    name: 'queue and stack: push, peek, pop; full is SKEP_MAP_FULL',
    run: (host) => {
      const text = `
        .map q, type=queue, value=u32, max_entries=2
        .map s, type=stack, value=u32, max_entries=2
        ${idle}`;
      withProgram(host, text, (collection) => {
        for (const [name, order] of [
          ['q', [1, 2]],
          ['s', [2, 1]],
        ] as const) {
          const m = mapOf(collection, name);
          expect(m.pop(), name).toBeUndefined();
          m.push(1);
          m.push(2);
          expect(() => m.push(3), name).toThrow(expect.objectContaining({ code: 'SKEP_MAP_FULL' }));
          expect([m.peek(), m.pop(), m.pop(), m.pop()], name).toEqual([order[0], ...order, undefined]);
        }
      });
    },
  },
  {
    name: 'a map of maps: inner maps are made after the template',
    run: (host) => {
      const text = `
        .map inner, type=array, key=u32, value=u32, max_entries=2
        .map outer, type=hash_of_maps, key=u32, max_entries=4, inner=inner
        ${idle}`;
      withProgram(host, text, (collection) => {
        const outer = mapOf(collection, 'outer');
        const made = outer.create(7);
        made.set(1, 42);
        expect(outer.get(7)).toBe(made);
        expect(outer.get(8)).toBeUndefined();
        outer.set(8, mapOf(collection, 'inner'));
        expect([...outer.keys()]).toEqual([7, 8]);
        expect(outer.delete(7)).toBe(true);
        expect(outer.get(7)).toBeUndefined();
      });
    },
  },
  {
    name: 'what a kind of map cannot do is SKEP_NOT_SUPPORTED',
    run: (host) => {
      const text = `
        .map h, type=hash, key=u32, value=u32, max_entries=2
        .map q, type=queue, value=u32, max_entries=2
        ${idle}`;
      withProgram(host, text, (collection) => {
        const refused = expect.objectContaining({ code: 'SKEP_NOT_SUPPORTED' });
        expect(() => mapOf(collection, 'h').pop()).toThrow(refused);
        expect(() => mapOf(collection, 'q').get(1)).toThrow(refused);
        expect(() => mapOf(collection, 'h').drain()).toThrow(refused);
      });
    },
  },
];
