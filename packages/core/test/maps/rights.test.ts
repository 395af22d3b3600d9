import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KernelOracle } from '../../../../test/oracle/kernel.ts';
import { mapFlags } from '../../src/abi/map-metadata.ts';
import type { MapType } from '../../src/abi/map-types.gen.ts';
import { SkepError } from '../../src/base/errors.ts';
import type { MapDefinition } from '../../src/maps/definition.ts';
import { Errno } from '../../src/maps/errno.ts';
import type { BpfMap } from '../../src/maps/map.ts';
import { needsBpf } from '../support/needs.ts';
import { definition, machine } from './support/vm-subject.ts';

const key = Uint8Array.of(1, 0, 0, 0);
const value = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

describe('user space', () => {
  test.each([
    ['a key that is too short', () => map.get(new Uint8Array(3))],
    ['a key that is too long', () => map.remove(new Uint8Array(5))],
    ['a value that is too short', () => map.set(key, new Uint8Array(7), 0)],
    ['a key to go on from', () => map.nextKey(new Uint8Array(0))],
  ])('is told of %s', (_, action) => {
    expect(action).toThrow(SkepError);
    expect(action).toThrow(/for map m has \d bytes/);
  });
  const map = machine().create({ type: 'hash' });

  test('gets copies', () => {
    const own = machine().create({ type: 'hash' });
    own.set(key, value, 0);
    own.get(key)?.fill(0);
    expect(own.get(key)).toEqual(value);
  });
});

describe('programs', () => {
  test.each([
    ['read and write', 0, true, true],
    ['only read with BPF_F_RDONLY_PROG', mapFlags.BPF_F_RDONLY_PROG, true, false],
    ['only write with BPF_F_WRONLY_PROG', mapFlags.BPF_F_WRONLY_PROG, false, true],
  ])('%s', (_, flags, read, write) => {
    for (const type of ['array', 'hash', 'percpu_hash', 'lru_hash'] as const) {
      const { memory, create } = machine();
      const map = create({ type, flags });
      map.set(key, new Uint8Array(map.userValueSize), 0);
      const address = memory.allocate(8, 'key');
      memory.u8.set(key, address);
      const found = map.lookup(address, 0);
      expect([memory.access(found, 8, false), memory.access(found, 8, true)]).toEqual([read, write]);
      expect(memory.access(found, 9, false)).toBe(false);
      expect(memory.access(map.handle, 4, false)).toBe(false);
    }
  });
});

describe('owners', () => {
  test('the last one gives the memory back', () => {
    const { memory, maps, create } = machine();
    const map = create({ type: 'array' });
    map.retain();
    map.dispose();
    expect(maps.size).toBe(1);
    map.dispose();
    expect([maps.size, memory.used]).toEqual([0, 0]);
    map.dispose();
    expect(memory.used).toBe(0);
  });
});

/** What each operation of user space gives on a map with one entry: error numbers, or the length of what is read. */
function inVm(map: BpfMap, frozen: boolean): number[] {
  const keyOf = map.definition.keySize === 0 ? new Uint8Array(0) : key;
  const size = (bytes: () => Uint8Array | undefined) => {
    try {
      return bytes()?.length ?? Errno.ENOENT;
    } catch (error) {
      return error instanceof SkepError && error.errno === 'EPERM' ? Errno.EPERM : 0;
    }
  };
  const results = [map.set(keyOf, value, 0), map.set(keyOf, value, 0)];
  if (frozen) results.push(map.freeze(), map.freeze(), map.set(keyOf, value, 0));
  return [...results, size(() => map.get(keyOf)), size(() => map.nextKey(undefined)), map.remove(keyOf)];
}

const kernelNeeds = needsBpf('gcc');
kernelNeeds.describe('rights in the kernel', () => {
  let kernel: KernelOracle;
  beforeAll(async () => {
    kernel = await KernelOracle.start();
  });
  afterAll(() => kernel.stop());

  async function inKernel(parts: MapDefinition, frozen: boolean): Promise<number[]> {
    const map = await kernel.createMap(parts);
    const keyOf = parts.keySize === 0 ? undefined : key;
    const size = (bytes: Uint8Array | number) => (typeof bytes === 'number' ? bytes : bytes.length);
    const results = [await kernel.update(map, keyOf, value), await kernel.update(map, keyOf, value)];
    if (frozen) {
      results.push(await kernel.freeze(map), await kernel.freeze(map), await kernel.update(map, keyOf, value));
    }
    // Queues have no keys: the kernel says EINVAL, the VM that there is no next one.
    const next = size(await kernel.nextKey(map));
    results.push(size(await kernel.lookup(map, keyOf)), next === Errno.EINVAL ? Errno.ENOENT : next);
    results.push(await kernel.delete(map, keyOf ?? new Uint8Array(0)));
    await kernel.close(map);
    return results;
  }

  const cases: readonly (readonly [MapType, Partial<MapDefinition>])[] = [
    ['array', {}],
    ['hash', {}],
    ['lru_hash', {}],
    ['queue', { keySize: 0 }],
    ['stack', { keySize: 0 }],
  ];
  for (const [type, parts] of cases) {
    for (const flags of [0, mapFlags.BPF_F_RDONLY, mapFlags.BPF_F_WRONLY]) {
      for (const frozen of [false, true]) {
        kernelNeeds.test(`${type} with flags ${flags}${frozen ? ', frozen' : ''}`, async () => {
          const whole = definition({ type, ...parts, flags });
          expect(inVm(machine().create(whole), frozen)).toEqual(await inKernel(whole, frozen));
        });
      }
    }
  }
});
