import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SkepError } from '../../src/base/errors.ts';
import type { RegionLayout } from '../../src/maps/memory.ts';
import { WasmMemory } from '../../src/vm/memory.ts';

const layout: RegionLayout = {
  kind: 'map-value',
  name: 'map m',
  count: 4,
  stride: 32,
  offset: 16,
  size: 12,
  writable: true,
  readable: true,
  key: { offset: 8, size: 4 },
};

function errorOf(action: () => unknown): SkepError {
  try {
    action();
  } catch (error) {
    if (error instanceof SkepError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('allocation', () => {
  test.each([[-1], [0.5], [Number.NaN], [65535], [2 ** 32]])('a limit of %s is refused', (limit) => {
    expect(errorOf(() => new WasmMemory({ limit })).code).toBe('SKEP_USAGE');
  });

  test('memory is zeroed, aligned, apart from every other, and comes back whole', () => {
    const step = fc.record({
      size: fc.oneof(fc.nat(300), fc.nat(20_000)),
      alignment: fc.constantFrom(8, 64, 4096, 16384),
      drop: fc.boolean(),
      which: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const memory = new WasmMemory({ limit: 64 << 20 });
        const live: { address: number; size: number }[] = [];
        for (const { size, alignment, drop, which } of steps) {
          if (drop && live.length > 0) {
            const [gone] = live.splice(which % live.length, 1);
            if (gone) memory.free(gone.address);
            continue;
          }
          const address = memory.allocate(size, 'test', alignment);
          expect(address).toBeGreaterThanOrEqual(65_536);
          expect(address % alignment).toBe(0);
          expect(memory.u8.subarray(address, address + size).every((byte) => byte === 0)).toBe(true);
          for (const other of live) {
            expect(address + size <= other.address || other.address + other.size <= address).toBe(true);
          }
          memory.u8.fill(0xff, address, address + size);
          live.push({ address, size });
        }
        for (const { address } of live) memory.free(address);
        expect(memory.used).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  test('all of the limit can be allocated, and not a page more', () => {
    const memory = new WasmMemory({ limit: 1 << 20 });
    const all = Array.from({ length: 256 }, () => memory.allocate(4096, 'page'));
    expect(memory.used).toBe(1 << 20);
    const error = errorOf(() => memory.allocate(1, 'map extra'));
    expect(error.code).toBe('SKEP_MEMORY_LIMIT');
    expect(error.message).toContain('map extra');
    expect(error.reason).toBe('1048576 of 1048576 bytes are used');
    expect(error.remedy).toContain('--memory');
    for (const address of all) memory.free(address);
    expect(memory.allocate(1 << 20, 'whole')).toBe(65_536);
  });

  test.each([[2 ** 32 - 1], [2 ** 32], [2 ** 53], [Number.POSITIVE_INFINITY], [Number.NaN], [-1]])(
    '%s bytes are refused before anything is allocated',
    (size) => {
      const memory = new WasmMemory({ limit: 1 << 20 });
      expect(errorOf(() => memory.allocate(size, 'much')).code).toBe('SKEP_MEMORY_LIMIT');
      expect(errorOf(() => memory.allocateRegion({ ...layout, stride: size, count: 2 ** 32 - 1 })).code).toBe(
        'SKEP_MEMORY_LIMIT',
      );
      expect(memory.used).toBe(0);
      expect(memory.u8.length).toBe(1 << 20);
    },
  );

  test('a free stretch too short is told apart from a lack of memory', () => {
    const memory = new WasmMemory({ limit: 1 << 20 });
    const pages = Array.from({ length: 256 }, () => memory.allocate(4096, 'page'));
    for (const [index, address] of pages.entries()) if (index % 2 === 0) memory.free(address);
    expect(errorOf(() => memory.allocate(64 * 4096, 'long')).reason).toContain('no free stretch');
  });

  test('views are new after growth and hold what was written', () => {
    const memory = new WasmMemory({ limit: 64 << 20 });
    const address = memory.allocate(16, 'word');
    memory.view.setUint32(address, 0x12345678, true);
    memory.allocate(32 << 20, 'much');
    expect(memory.i32[address >> 2]).toBe(0x12345678);
    expect(memory.u8.buffer).toBe(memory.memory.buffer);
  });

  test('freeing what was not allocated is an error', () => {
    const memory = new WasmMemory({ limit: 1 << 20 });
    const address = memory.allocate(10_000, 'pages');
    expect(() => memory.free(address + 4096)).toThrow('not allocated');
    memory.free(address);
    expect(() => memory.free(address)).toThrow('not allocated');
    expect(() => memory.free(0)).toThrow('not allocated');
  });
});

describe('regions', () => {
  const memory = new WasmMemory({ limit: 1 << 20 });
  const region = memory.allocateRegion(layout);
  const { start } = region;

  test.each([
    ['the value', 16, 12, true, true],
    ['one byte at its end', 27, 1, true, true],
    ['past its end', 27, 2, true, false],
    ['before it', 15, 1, true, false],
    ['the value of the last element', 3 * 32 + 16, 12, true, true],
    ['behind the last element', 4 * 32 + 16, 12, true, false],
    ['across two elements', 16, 40, true, false],
    ['reading the key', 8, 4, false, true],
    ['writing the key', 8, 4, true, false],
    ['from the key into the value', 8, 12, false, false],
    ['a key behind the last element', 4 * 32 + 8, 4, false, false],
    ['no bytes at the end of the value', 28, 0, true, true],
  ])('%s', (_, offset, size, write, allowed) => {
    expect(memory.access(start + offset, size, write)).toBe(allowed);
  });

  test('rights and the finer check decide inside the bounds', () => {
    const readOnly = memory.allocateRegion({ ...layout, writable: false });
    expect(memory.access(readOnly.start + 16, 4, false)).toBe(true);
    expect(memory.access(readOnly.start + 16, 4, true)).toBe(false);
    const even = memory.allocateRegion({ ...layout, allows: (address) => address % 8 === 0 });
    expect(memory.access(even.start + 16, 4, true)).toBe(true);
    expect(memory.access(even.start + 20, 4, true)).toBe(false);
  });

  test('a region is found by any address in its pages until it is freed', () => {
    const other = memory.allocateRegion({ ...layout, count: 1000 });
    expect(memory.findRegion(other.start + 31_999)).toBe(other);
    memory.free(other.start);
    expect(memory.findRegion(other.start)).toBeUndefined();
    expect(memory.access(other.start + 16, 1, false)).toBe(false);
  });

  test.each([[0], [1], [4095], [1 << 20], [2 ** 31], [2 ** 32 - 1]])('address %s belongs to no region', (address) => {
    expect(memory.findRegion(address)).toBeUndefined();
    expect(memory.access(address, 1, false)).toBe(false);
  });

  test('plain allocations are out of reach for programs', () => {
    const address = memory.allocate(8192, 'header');
    expect(memory.access(address, 1, false)).toBe(false);
  });
});
