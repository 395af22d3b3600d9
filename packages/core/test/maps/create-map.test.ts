import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KernelOracle } from '../../../../test/oracle/kernel.ts';
import { type MapType, mapTypes } from '../../src/abi/map-types.gen.ts';
import { SkepError } from '../../src/base/errors.ts';
import { canCreateMap } from '../../src/maps/create-map.ts';
import type { MapDefinition } from '../../src/maps/definition.ts';
import { Errno } from '../../src/maps/errno.ts';
import { needsBpf } from '../support/needs.ts';
import { definition, machine } from './support/vm-subject.ts';

const types = (Object.keys(mapTypes) as MapType[]).filter(canCreateMap);

/** A definition of each type that can be made. */
function plain(type: MapType): MapDefinition {
  const parts: Partial<Record<MapType, Partial<MapDefinition>>> = {
    ringbuf: { keySize: 0, valueSize: 0, maxEntries: 4096 },
    queue: { keySize: 0 },
    stack: { keySize: 0 },
    lpm_trie: { keySize: 8, flags: 1 },
  };
  return definition({ type, valueSize: 4, ...parts[type] });
}

function errorOf(parts: MapDefinition, limit = 64 << 20): SkepError | undefined {
  const { create } = machine({ limit });
  const inner = parts.type.endsWith('of_maps') ? create({ type: 'array' }) : undefined;
  try {
    create(parts, inner);
    return undefined;
  } catch (error) {
    if (error instanceof SkepError) return error;
    throw error;
  }
}

describe('definitions', () => {
  test.each([
    ['array', { keySize: 8 }, 'key_size is 8', 'this type takes 4 bytes'],
    ['hash', { valueSize: 0 }, 'value_size is 0', 'this type takes at least 1 bytes'],
    ['hash', { maxEntries: 0 }, 'max_entries is 0', 'a map of this type needs at least one entry'],
    ['hash', { flags: 0x400 }, 'BPF_F_MMAPABLE is set', 'this type does not have this flag'],
    ['array', { flags: 0x18 }, 'it is read only and write only', 'it can be one of both'],
    ['lpm_trie', { flags: 0 }, 'BPF_F_NO_PREALLOC is not set', 'an LPM trie needs this flag'],
    ['ringbuf', { maxEntries: 12288 }, 'max_entries is 12288', 'the bytes of a ring buffer are a power of two'],
    ['hash', { mapExtra: 1n }, 'map_extra is set', 'only bloom filters and arenas have it'],
    ['hash', { maxEntries: 2 ** 33 }, 'maxEntries is 8589934592', 'it must be a number of 32 bits'],
    ['queue', { valueSize: -1 }, 'valueSize is -1', 'it must be a number of 32 bits'],
  ] as const)('%s with %o is refused', (type, parts, what, reason) => {
    const error = errorOf({ ...plain(type), ...parts });
    expect(error?.code).toBe('SKEP_BAD_MAP');
    expect(error?.message).toBe(`map m of type ${type} cannot be: ${what}`);
    expect(error?.reason).toContain(reason);
  });

  test.each([['stack_trace'], ['bloom_filter'], ['sockhash']] as const)('type %s is not supported', (type) => {
    const error = errorOf(definition({ type }));
    expect(error?.code).toBe('SKEP_NOT_SUPPORTED');
    expect(error?.message).toBe(`map m has type ${type}, which the VM does not have`);
  });

  test.each(types)('%s of 2^32-1 entries ends in an error, at once and without a trace', (type) => {
    const error = errorOf({ ...plain(type), maxEntries: 0xffffffff });
    // A map that grows as it is filled takes any number, as the kernel's does.
    if (type === 'lpm_trie' || type === 'perf_event_array') expect(error).toBeUndefined();
    else expect(error?.code).toMatch(/SKEP_(MEMORY_LIMIT|BAD_MAP)/);
  });

  test.each(types)('%s leaves nothing behind where its memory does not suffice', (type) => {
    const { memory, create } = machine({ limit: 1 << 20 });
    const inner = create({ type: 'array' });
    const before = memory.used;
    for (let round = 0; round < 3; round++) {
      try {
        create({ ...plain(type), maxEntries: 1 << 20 }, inner).dispose();
      } catch (error) {
        expect(error).toMatchObject({ code: 'SKEP_MEMORY_LIMIT' });
      }
      expect(memory.used).toBe(before);
    }
  });
});

describe('memory', () => {
  test('10,000 maps are made and given back', () => {
    const { memory, create } = machine({ limit: 256 << 20 });
    const made = Array.from({ length: 10_000 }, (_, at) =>
      create(plain((['array', 'hash', 'percpu_hash'] as const)[at % 3] ?? 'hash')),
    );
    expect(memory.used).toBeGreaterThan(10_000 * 4096);
    for (const map of made) map.dispose();
    expect(memory.used).toBe(0);
  });

  test('a hash of a million entries is made at once', () => {
    const { memory, create } = machine({ limit: 1 << 30 });
    const from = performance.now();
    const map = create({ type: 'hash', maxEntries: 1_000_000 });
    expect(performance.now() - from).toBeLessThan(200);
    const key = memory.allocate(8, 'key');
    for (let at = 0; at < 1_000_000; at += 1) {
      memory.i32[key >> 2] = at * 7;
      if (map.update(key, key, 0, 0) !== 0) throw new Error(`update ${at} fails`);
    }
    expect(map.entries).toBe(1_000_000);
    memory.i32[key >> 2] = -1;
    expect(map.update(key, key, 0, 0)).toBe(Errno.E2BIG);
  });

  test('values are where the header says, for code that looks them up by itself', () => {
    const { memory, create } = machine();
    const map = create({ type: 'array', valueSize: 12, maxEntries: 3 });
    const key = memory.allocate(8, 'key');
    memory.i32[key >> 2] = 2;
    const values = memory.view.getUint32(map.handle + 16, true);
    expect(map.lookup(key, 0)).toBe(values + 2 * memory.view.getUint32(map.handle + 20, true));
  });
});

const kernelNeeds = needsBpf('gcc');
kernelNeeds.describe('definitions in the kernel', () => {
  let kernel: KernelOracle;
  beforeAll(async () => {
    kernel = await KernelOracle.start();
  });
  afterAll(() => kernel.stop());

  const sizes = [0, 1, 3, 4, 5, 8, 256, 260, 261, 512, 32768, 32769, 65536, 4194204, 4194304, 4194305];
  const variants: Partial<MapDefinition>[] = [
    ...sizes.map((keySize) => ({ keySize })),
    ...sizes.map((valueSize) => ({ valueSize })),
    ...[0, 1, 2, 3, 4095, 4096, 4097, 8192, 12288].map((maxEntries) => ({ maxEntries })),
    ...Array.from({ length: 32 }, (_, bit) => ({ flags: (1 << bit) >>> 0 })),
    ...[0, 3, 0x18, 0x180, 0x48, 0x90, 0x1a0].map((flags) => ({ flags })),
    { mapExtra: 1n },
  ];
  for (const type of types) {
    kernelNeeds.test(`${type}: the same are refused, with the same error`, async () => {
      const inner = type.endsWith('of_maps') ? await kernel.createMap(definition({ type: 'array' })) : undefined;
      const differences = [];
      for (const variant of variants) {
        const base = { ...plain(type), maxEntries: type === 'ringbuf' ? 4096 : 1 };
        // How many CPUs a kernel may have is up to its configuration.
        if (type === 'cpumap' && (variant.maxEntries ?? 0) > 4) continue;
        const flags = base.flags | (variant.flags ?? 0);
        const parts = { ...base, ...variant, flags: flags >>> 0 };
        const map = await kernel.tryCreateMap(parts, inner);
        const theirs = typeof map === 'number' ? map : 0;
        if (typeof map !== 'number') await kernel.close(map);
        const error = errorOf(parts, 256 << 20);
        const ours = error === undefined ? 0 : Errno[error.errno as keyof typeof Errno];
        if (ours !== theirs) differences.push({ variant, theirs, ours });
      }
      expect(differences).toEqual([]);
    });
  }
});
