import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KernelOracle } from '../../../../test/oracle/kernel.ts';
import type { MapType } from '../../src/abi/map-types.gen.ts';
import type { MapDefinition } from '../../src/maps/definition.ts';
import { Errno } from '../../src/maps/errno.ts';
import { PerfEventArrayMap } from '../../src/maps/perf-event-array.ts';
import { ProgArrayMap } from '../../src/maps/prog-array.ts';
import { needsBpf } from '../support/needs.ts';
import { definition, machine } from './support/vm-subject.ts';

function u32(value: number): Uint8Array {
  return new Uint8Array(new Uint32Array([value]).buffer);
}

describe('prog_array', () => {
  test('holds program numbers that user space sets', () => {
    const map = machine().create({ type: 'prog_array', valueSize: 4, maxEntries: 3 });
    if (!(map instanceof ProgArrayMap)) throw new Error('no prog array');
    expect(map.set(u32(1), u32(7), 0)).toBe(0);
    expect([0, 1, 2, 3, 0xffffffff].map((index) => map.program(index))).toEqual([0, 7, 0, 0, 0]);
    expect(map.set(u32(3), u32(7), 0)).toBe(Errno.E2BIG);
    expect(map.set(u32(0), u32(0), 0)).toBe(Errno.EBADF);
    expect(map.set(u32(0), u32(7), 1)).toBe(Errno.EINVAL);
    expect(map.get(u32(1))).toEqual(u32(7));
    expect(map.get(u32(2))).toBeUndefined();
    expect(map.entries).toBe(1);
    expect([map.remove(u32(1)), map.remove(u32(1)), map.remove(u32(9))]).toEqual([0, Errno.ENOENT, Errno.E2BIG]);
    expect(map.program(1)).toBe(0);
  });
});

describe.each(['array_of_maps', 'hash_of_maps'] as const)('%s', (type) => {
  test('gives programs the handle, and keeps its maps alive', () => {
    const { memory, maps, create } = machine();
    const inner = create({ type: 'array' });
    const outer = create({ type, valueSize: 4 }, inner);
    expect(outer.set(u32(1), u32(inner.handle), 0)).toBe(0);
    const key = memory.allocate(8, 'key');
    memory.u8.set(u32(1), key);
    expect(outer.lookup(key, 0)).toBe(inner.handle);
    expect([outer.update(key, key, 0, 0), outer.delete(key)]).toEqual([Errno.EINVAL, Errno.EINVAL]);
    inner.dispose();
    expect(maps.get(inner.handle)).toBe(inner);
    expect(outer.remove(u32(1))).toBe(0);
    expect(maps.has(inner.handle)).toBe(false);
    expect(outer.lookup(key, 0)).toBe(0);
    memory.free(key);
    outer.dispose();
    expect(memory.used).toBe(0);
  });

  test('lets its maps go when it ends, and an old one when a new one takes its place', () => {
    const { memory, maps, create } = machine();
    const [first, second] = [create({ type: 'array' }), create({ type: 'array' })];
    const outer = create({ type, valueSize: 4 }, first);
    outer.set(u32(0), u32(first.handle), 0);
    outer.set(u32(0), u32(second.handle), 0);
    first.dispose();
    expect(maps.has(first.handle)).toBe(false);
    second.dispose();
    outer.dispose();
    expect([maps.size, memory.used]).toEqual([0, 0]);
  });

  test('refuses what is no map', () => {
    const { create } = machine();
    const outer = create({ type, valueSize: 4 }, create({ type: 'array' }));
    expect(outer.set(u32(1), u32(12345), 0)).toBe(Errno.EBADF);
    expect(() => create({ type, valueSize: 4 })).toThrow('lacks its inner map');
    expect(() => create({ type, valueSize: 4 }, outer)).toThrow(`cannot hold maps of type ${type}`);
  });
});

describe('perf_event_array', () => {
  const create = (maxEntries: number): PerfEventArrayMap => {
    const map = machine({ cpus: 2 }).create({ type: 'perf_event_array', valueSize: 4, maxEntries });
    if (!(map instanceof PerfEventArrayMap)) throw new Error('no perf event array');
    return map;
  };

  test('keeps copies of samples in their order', () => {
    const map = create(4);
    const data = Uint8Array.of(1, 2);
    expect([map.output(1, data), map.output(0, Uint8Array.of(3))]).toEqual([0, 0]);
    data.fill(9);
    expect(map.drain()).toEqual([
      { cpu: 1, data: Uint8Array.of(1, 2) },
      { cpu: 0, data: Uint8Array.of(3) },
    ]);
    expect(map.consume()).toEqual([]);
  });

  test('tells an index beyond the array from one without a CPU', () => {
    expect([create(4).output(4, u32(0)), create(4).output(2, u32(0)), create(1).output(1, u32(0))]).toEqual([
      Errno.E2BIG,
      Errno.ENOENT,
      Errno.E2BIG,
    ]);
  });

  test('counts what finds its buffer full', () => {
    const map = create(2);
    const sample = new Uint8Array(1000);
    let kept = 0;
    while (map.output(0, sample) === 0) kept += 1;
    expect(kept).toBe(Math.floor((64 * 4096) / 1012));
    expect([map.output(0, sample), map.output(1, sample), map.lost]).toEqual([Errno.ENOSPC, 0, 2]);
    map.drain();
    expect(map.output(0, sample)).toBe(0);
  });
});

const kernelNeeds = needsBpf('gcc');
kernelNeeds.describe('inner maps in the kernel', () => {
  let kernel: KernelOracle;
  beforeAll(async () => {
    kernel = await KernelOracle.start();
  });
  afterAll(() => kernel.stop());

  const plain = (type: MapType, parts: Partial<MapDefinition> = {}): MapDefinition => {
    const own: Partial<Record<MapType, Partial<MapDefinition>>> = {
      ringbuf: { keySize: 0, valueSize: 0, maxEntries: 4096 },
      queue: { keySize: 0 },
      lpm_trie: { keySize: 8, flags: 1 },
      prog_array: { valueSize: 4 },
      perf_event_array: { valueSize: 4 },
    };
    return definition({ type, ...own[type], ...parts });
  };
  const templates: MapDefinition[] = [
    plain('array'),
    plain('array', { flags: 0x1000 }),
    ...(['percpu_array', 'hash', 'percpu_hash', 'lru_hash', 'lru_percpu_hash', 'lpm_trie'] as const).map((type) =>
      plain(type),
    ),
    ...(['queue', 'stack', 'ringbuf', 'perf_event_array', 'prog_array'] as const).map((type) =>
      plain(type, type === 'stack' ? { keySize: 0 } : {}),
    ),
  ];
  const changes = (template: MapDefinition): MapDefinition[] => [
    template,
    { ...template, maxEntries: template.maxEntries * 2 },
    ...(template.keySize > 4 || template.type.includes('hash') ? [{ ...template, keySize: 12 }] : []),
    ...(template.valueSize === 8 ? [{ ...template, valueSize: 16 }] : []),
    ...(template.type === 'array' ? [{ ...template, flags: template.flags ^ 0x1000 }, plain('hash')] : []),
    ...(template.type === 'hash' ? [{ ...template, flags: 1 }, plain('lru_hash')] : []),
  ];

  for (const type of ['array_of_maps', 'hash_of_maps'] as const) {
    for (const template of templates) {
      kernelNeeds.test(`${type} of ${template.type} with flags ${template.flags}`, async () => {
        const outer = definition({ type, valueSize: 4 });
        const theirs: unknown[] = [];
        const inner = await kernel.createMap(template);
        const map = await kernel.tryCreateMap(outer, inner);
        theirs.push(typeof map === 'number' ? map : 0);
        for (const change of typeof map === 'number' ? [] : changes(template)) {
          const candidate = await kernel.createMap(change);
          theirs.push(await kernel.updateReference(map as Exclude<typeof map, number>, u32(1), candidate));
          await kernel.close(candidate);
        }
        await kernel.close(inner);
        if (typeof map !== 'number') await kernel.close(map);
        expect(inVm(outer, template)).toEqual(theirs);
      });
    }
  }

  function inVm(outer: MapDefinition, template: MapDefinition): unknown[] {
    const { create } = machine();
    try {
      const map = create(outer, create(template));
      return [0, ...changes(template).map((change) => map.set(u32(1), u32(create(change).handle), 0))];
    } catch (error) {
      return [Errno[(error as { errno: keyof typeof Errno }).errno]];
    }
  }
});
