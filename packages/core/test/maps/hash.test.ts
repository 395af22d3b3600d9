import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KernelOracle } from '../../../../test/oracle/kernel.ts';
import { helpers } from '../../src/abi/helpers.gen.ts';
import { encode } from '../../src/isa/encode.ts';
import { Errno } from '../../src/maps/errno.ts';
import { hashKey } from '../../src/maps/hash-function.ts';
import type { BpfMap } from '../../src/maps/map.ts';
import type { WasmMemory } from '../../src/vm/memory.ts';
import { needsBpf } from '../support/needs.ts';
import { definition, machine } from './support/vm-subject.ts';

/** A map with keys and values that are numbers. */
function numbers(map: BpfMap, memory: WasmMemory) {
  const key = memory.allocate(8, 'key');
  const value = memory.allocate(8, 'value');
  const at = (number: number) => {
    memory.i32[key >> 2] = number;
    return key;
  };
  return {
    set: (number: number, content: number) => {
      memory.i32[value >> 2] = content;
      return map.update(at(number), value, 0, 0);
    },
    address: (number: number) => map.lookup(at(number), 0),
    has: (number: number) => map.get(new Uint8Array(new Uint32Array([number]).buffer)) !== undefined,
    delete: (number: number) => map.delete(at(number)),
  };
}

describe.each(['hash', 'lru_hash'] as const)('%s', (type) => {
  test('a program that holds a value across an update of its key sees the old bytes', () => {
    const { memory, create } = machine();
    const map = numbers(create({ type }), memory);
    map.set(1, 10);
    const old = map.address(1);
    map.set(1, 20);
    expect([memory.i32[old >> 2], memory.i32[map.address(1) >> 2]]).toEqual([10, 20]);
  });
});

describe.each(['lru_hash', 'lru_percpu_hash'] as const)('%s', (type) => {
  test('evicts the oldest entry that was not looked up', () => {
    const { memory, create } = machine();
    const map = numbers(create({ type, maxEntries: 3 }), memory);
    for (const number of [1, 2, 3]) map.set(number, number);
    map.address(1);
    map.set(4, 4);
    expect([1, 2, 3, 4].map(map.has)).toEqual([true, false, true, true]);
    map.set(5, 5);
    expect([1, 3, 4, 5].map(map.has)).toEqual([true, false, true, true]);
  });

  test('evicts the oldest where all were looked up', () => {
    const { memory, create } = machine();
    const map = numbers(create({ type, maxEntries: 3 }), memory);
    for (const number of [1, 2, 3]) map.set(number, number);
    for (const number of [3, 2, 1]) map.address(number);
    map.set(4, 4);
    expect([1, 2, 3, 4].map(map.has)).toEqual([false, true, true, true]);
  });

  test('is never full, whatever is done to it', () => {
    const step = fc.record({ number: fc.nat(40), what: fc.constantFrom('set', 'set', 'look', 'delete') });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.integer({ min: 1, max: 8 }), (steps, maxEntries) => {
        const { memory, create } = machine();
        const lru = create({ type, maxEntries });
        const map = numbers(lru, memory);
        for (const { number, what } of steps) {
          if (what === 'look') map.address(number);
          else if (what === 'delete') map.delete(number);
          else {
            expect(map.set(number, number)).toBe(0);
            expect(memory.i32[map.address(number) >> 2]).toBe(number);
          }
          expect(lru.entries).toBeLessThanOrEqual(maxEntries);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('per-CPU values', () => {
  test.each(['percpu_hash', 'lru_percpu_hash'] as const)('%s: those of other CPUs start as zeroes again', (type) => {
    const { memory, create } = machine({ cpus: 3 });
    const made = create({ type, maxEntries: 1, valueSize: 4 });
    const map = numbers(made, memory);
    made.set(new Uint8Array(4), new Uint8Array(24).fill(0xff), 0);
    map.delete(0);
    map.set(7, 5);
    expect(Array.from(made.get(Uint8Array.of(7, 0, 0, 0)) ?? [])).toEqual([5, ...new Array(23).fill(0)]);
  });
});

describe('forEach', () => {
  const walkable = ['hash', 'percpu_hash', 'lru_hash', 'lru_percpu_hash', 'array', 'percpu_array'] as const;
  test.each(walkable)('%s: visits every entry once, with a key that programs may read and a value', (type) => {
    const { memory, create } = machine();
    const made = create({ type, maxEntries: 50 });
    const map = numbers(made, memory);
    for (let number = 0; number < 50; number++) map.set(number, number * 3);
    const seen = new Map<number, number>();
    const visited = made.forEach(0, (key, value) => {
      expect([memory.access(key, 4, false), memory.access(key, 4, true)]).toEqual([true, false]);
      expect([memory.access(value, 8, true), memory.access(value, 9, true)]).toEqual([true, false]);
      seen.set(memory.view.getInt32(key, true), memory.view.getInt32(value, true));
      return false;
    });
    expect(visited).toBe(50);
    expect([...seen].every(([key, value]) => value === key * 3)).toBe(true);
    expect(seen.size).toBe(50);
    expect(made.forEach(0, () => true)).toBe(1);
  });

  test('ends, and visits what stays, while entries come and go', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(63), { minLength: 1, maxLength: 40 }), fc.nat(2), (victims, stride) => {
        const { memory, create } = machine();
        const made = create({ type: 'hash', maxEntries: 128 });
        const map = numbers(made, memory);
        for (let number = 0; number < 64; number++) map.set(number, number);
        const gone = new Set<number>();
        const seen = new Set<number>();
        let turn = 0;
        made.forEach(0, (key) => {
          seen.add(memory.view.getInt32(key, true));
          const victim = victims[turn % victims.length] ?? 0;
          if (turn % (stride + 1) === 0) map.delete(victim);
          gone.add(victim);
          map.set(1000 + (turn % 64), turn);
          turn += 1;
          return turn > 1000;
        });
        expect(turn).toBeLessThanOrEqual(256);
        for (let number = 0; number < 64; number++) if (!gone.has(number)) expect(seen.has(number)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test.each([
    ['lpm_trie', { keySize: 8, flags: 1 }],
    ['queue', { keySize: 0 }],
  ] as const)('%s has none', (type, parts) => {
    expect(
      machine()
        .create({ type, ...parts })
        .forEach(0, () => false),
    ).toBe(Errno.EINVAL);
  });
});

test('the hash function spreads keys that differ little, and reads no byte beyond them', () => {
  const { memory } = machine();
  const key = memory.allocate(64, 'key');
  for (const size of [1, 2, 3, 4, 7, 8, 13, 16, 36]) {
    const buckets = new Set<number>();
    const count = Math.min(256, 1 << (8 * Math.min(size, 2)));
    for (let number = 0; number < count; number++) {
      memory.view.setUint8(key + size - 1, number);
      const hash = hashKey(memory.view, key, size, 1);
      memory.view.setUint32(key + size, 0xdeadbeef, true);
      expect(hashKey(memory.view, key, size, 1)).toBe(hash);
      buckets.add(hash & 255);
      memory.u8.fill(0, key, key + 64);
    }
    // 256 balls in 256 bins fill 162 of them on average.
    expect(buckets.size).toBeGreaterThan(130);
  }
});

const kernelNeeds = needsBpf('gcc');
kernelNeeds.describe('held values in the kernel', () => {
  let kernel: KernelOracle;
  beforeAll(async () => {
    kernel = await KernelOracle.start();
  });
  afterAll(() => kernel.stop());

  for (const type of ['hash', 'lru_hash', 'array', 'percpu_hash'] as const) {
    kernelNeeds.test(`${type}: what a program reads that held a value across an update`, async () => {
      const map = await kernel.createMap(definition({ type, maxEntries: 64 }));
      const op = (opcode: number, dst: number, src: number, offset: number, imm: number) => ({
        opcode,
        dst,
        src,
        offset,
        imm,
      });
      const load = { ...op(0x18, 1, 0, 0, 0), immHigh: 0 };
      const code = encode([
        op(0x7a, 10, 0, -8, 1),
        op(0x7a, 10, 0, -16, 20),
        load,
        op(0xbf, 2, 10, 0, 0),
        op(0x07, 2, 0, 0, -8),
        op(0x85, 0, 0, 0, helpers.map_lookup_elem),
        op(0x15, 0, 0, 10, 0),
        op(0xbf, 6, 0, 0, 0),
        load,
        op(0xbf, 2, 10, 0, 0),
        op(0x07, 2, 0, 0, -8),
        op(0xbf, 3, 10, 0, 0),
        op(0x07, 3, 0, 0, -16),
        op(0xb7, 4, 0, 0, 0),
        op(0x85, 0, 0, 0, helpers.map_update_elem),
        op(0x79, 0, 6, 0, 0),
        op(0x95, 0, 0, 0, 0),
      ]);
      const maps = [2, 9].map((slot) => ({ slot, map }));
      const program = await kernel.loadOrThrow({ type: 'xdp', code, maps });
      const value = new Uint8Array(map.valueSize);
      value[0] = 10;
      await kernel.update(map, Uint8Array.of(1, 0, 0, 0), value);
      const { retval } = await kernel.testRun(program, new Uint8Array(64));

      const { memory, create } = machine();
      const ours = numbers(create({ type, maxEntries: 64 }), memory);
      ours.set(1, 10);
      const held = ours.address(1);
      ours.set(1, 20);
      expect(memory.i32[held >> 2]).toBe(retval);
    });
  }
});
