import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KernelOracle } from '../../../../test/oracle/kernel.ts';
import { helpers } from '../../src/abi/helpers.gen.ts';
import { encode } from '../../src/isa/encode.ts';
import type { Instruction } from '../../src/isa/instruction.ts';
import { Errno } from '../../src/maps/errno.ts';
import { RingBuffer, RingQuery } from '../../src/maps/ring-buffer.ts';
import type { WasmMemory } from '../../src/vm/memory.ts';
import { needsBpf } from '../support/needs.ts';
import { definition, machine } from './support/vm-subject.ts';

const SIZE = 4096;

function ring(size = SIZE): { map: RingBuffer; memory: WasmMemory } {
  const { memory, create } = machine();
  const map = create({ type: 'ringbuf', keySize: 0, valueSize: 0, maxEntries: size });
  if (!(map instanceof RingBuffer)) throw new Error('not a ring buffer');
  return { map, memory };
}

describe('a ring buffer', () => {
  test('gives records in the order in which they were reserved, and stops at one that is held', () => {
    const { map, memory } = ring();
    const [first, second, third] = [map.reserve(1, 0), map.reserve(8, 0), map.reserve(3, 0)];
    for (const [at, address] of [first, second, third].entries()) memory.u8[address] = at + 1;
    map.submit(second, 0);
    expect(map.consume()).toEqual([]);
    map.submit(first, 0);
    expect(map.consume()).toEqual([Uint8Array.of(1), Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0)]);
    map.submit(third, 0);
    expect(map.consume()).toEqual([Uint8Array.of(3, 0, 0)]);
    expect(map.consume()).toEqual([]);
  });

  test('passes over discarded records', () => {
    const { map } = ring();
    map.discard(map.reserve(5, 0), 0);
    map.submit(map.reserve(2, 0), 0);
    expect(map.consume()).toEqual([new Uint8Array(2)]);
  });

  test('lets programs touch a record only between reserve and submit', () => {
    const { map, memory } = ring();
    const address = map.reserve(10, 0);
    expect(memory.access(address, 10, true)).toBe(true);
    expect(memory.access(address + 3, 8, true)).toBe(false);
    expect(memory.access(address - 8, 4, false)).toBe(false);
    map.submit(address, 0);
    expect(memory.access(address, 1, false)).toBe(false);
  });

  test('ends a record once', () => {
    const { map } = ring();
    const address = map.reserve(10, 0);
    expect(map.submit(address + 8, 0)).toBe(Errno.EINVAL);
    expect(map.submit(address, 0)).toBe(0);
    expect(map.submit(address, 0)).toBe(Errno.EINVAL);
    expect(map.discard(address, 0)).toBe(Errno.EINVAL);
  });

  test('passes over what was discarded', () => {
    const { map } = ring();
    const held = [map.reserve(10, 0), map.reserve(20, 0)];
    expect(map.output(1 << 16, 4, 0)).toBe(0);
    expect(map.consume()).toEqual([]);
    for (const address of held) expect(map.discard(address, 0)).toBe(0);
    expect(map.consume().map((record) => record.length)).toEqual([4]);
  });

  test('refuses flags it does not know', () => {
    const { map } = ring();
    expect(map.reserve(8, 1)).toBe(0);
    expect(map.output(1 << 16, 4, 4)).toBe(Errno.EINVAL);
    expect([1, 2, 3].map((flags) => map.output(1 << 16, 4, flags))).toEqual([0, 0, 0]);
  });

  test.each([[0xffffffff], [0x3fffffff], [0x40000000], [SIZE - 7], [SIZE]])('has no room for %d bytes', (size) => {
    expect(ring().map.reserve(size, 0)).toBe(0);
  });

  test('tells how full it is', () => {
    const { map } = ring();
    map.submit(map.reserve(100, 0), 0);
    map.consume();
    map.submit(map.reserve(1, 0), 0);
    const answers = Object.values(RingQuery).map((flag) => map.query(flag));
    expect(answers).toEqual([16, SIZE, 112, 128]);
    expect(map.query(99)).toBe(0);
  });

  test('keeps every record whole over many turns', () => {
    const step = fc.record({ size: fc.nat(1500), read: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { map, memory } = ring();
        let expected: Uint8Array[] = [];
        for (const [at, { size, read }] of steps.entries()) {
          const address = map.reserve(size, 0);
          if (address !== 0) {
            memory.u8.fill(at + 1, address, address + size);
            expected.push(new Uint8Array(size).fill(at + 1));
            map.submit(address, 0);
          }
          if (!read && address !== 0) continue;
          expect(map.consume()).toEqual(expected);
          expected = [];
        }
      }),
      { numRuns: 50 },
    );
  });
});

const op = (opcode: number, dst: number, src: number, offset: number, imm: number): Instruction => {
  return { opcode, dst, src, offset, imm };
};
const MAP_SLOT = 2;
const loadMap = { ...op(0x18, 1, 0, 0, 0), immHigh: 0 };

/** An XDP program that puts out `size` bytes of 0x5a from its stack and gives what the helper gives. */
function outputProgram(size: number, flags: number): Uint8Array {
  const stack = Math.ceil(size / 8) * 8;
  const fill = Array.from({ length: stack / 8 }, (_, at) => op(0x7b, 10, 2, -8 * (at + 1), 0));
  return encode([
    { ...op(0x18, 2, 0, 0, 0x5a5a5a5a), immHigh: 0x5a5a5a5a },
    loadMap,
    ...fill,
    op(0xbf, 2, 10, 0, 0),
    op(0x07, 2, 0, 0, -stack),
    op(0xb7, 3, 0, 0, size),
    op(0xb7, 4, 0, 0, flags),
    op(0x85, 0, 0, 0, helpers.ringbuf_output),
    op(0x95, 0, 0, 0, 0),
  ]);
}

/** An XDP program that reserves `size` bytes and submits or discards them; gives 1 where there was room. */
function reserveProgram(size: number, end: 'ringbuf_submit' | 'ringbuf_discard'): Uint8Array {
  return encode([
    op(0xb7, 2, 0, 0, size),
    op(0xb7, 3, 0, 0, 0),
    loadMap,
    op(0x85, 0, 0, 0, helpers.ringbuf_reserve),
    op(0x15, 0, 0, 6, 0),
    op(0xb7, 1, 0, 0, 7),
    op(0x73, 0, 1, 0, 0),
    op(0xbf, 1, 0, 0, 0),
    op(0xb7, 2, 0, 0, 0),
    op(0x85, 0, 0, 0, helpers[end]),
    op(0xb7, 0, 0, 0, 1),
    op(0x95, 0, 0, 0, 0),
  ]);
}

const kernelNeeds = needsBpf('gcc');
kernelNeeds.describe('ring buffers in the kernel', () => {
  let kernel: KernelOracle;
  beforeAll(async () => {
    kernel = await KernelOracle.start();
  });
  afterAll(() => kernel.stop());

  /** Runs a program `turns` times, reading after every fifth: its results and how many bytes each record had. */
  async function inKernel(code: Uint8Array, turns: number) {
    const parts = definition({ type: 'ringbuf', keySize: 0, valueSize: 0, maxEntries: SIZE });
    const map = await kernel.createMap(parts);
    const program = await kernel.loadOrThrow({ type: 'xdp', code, maps: [{ slot: MAP_SLOT, map }] });
    const results: (number | number[])[] = [];
    for (let turn = 1; turn <= turns; turn++) {
      const { retval } = await kernel.testRun(program, new Uint8Array(64));
      results.push(retval | 0);
      if (turn % 5 === 0) results.push((await kernel.consumeRing(map)).map((record) => record.length));
    }
    await kernel.close(program);
    await kernel.close(map);
    return results;
  }

  function inVm(action: (map: RingBuffer) => number, turns: number) {
    const { map } = ring();
    const results: (number | number[])[] = [];
    for (let turn = 1; turn <= turns; turn++) {
      results.push(action(map));
      if (turn % 5 === 0) results.push(map.consume().map((record) => record.length));
    }
    return results;
  }

  for (const [size, flags] of [
    [1, 0],
    [8, 1],
    [100, 2],
    [504, 0],
    [504, 4],
    [9, 3],
  ] as const) {
    kernelNeeds.test(`output of ${size} bytes with flags ${flags}`, async () => {
      const vm = inVm((map) => map.output(1 << 16, size, flags), 40);
      expect(vm).toEqual(await inKernel(outputProgram(size, flags), 40));
    });
  }

  for (const size of [1, 1000, 1016, 2032, 2040, 2041, 4080, 4081, 4088, 4089, 5000, 0x3fffffff]) {
    for (const end of ['ringbuf_submit', 'ringbuf_discard'] as const) {
      kernelNeeds.test(`reserve of ${size} bytes and ${end}`, async () => {
        const action = (map: RingBuffer): number => {
          const address = map.reserve(size, 0);
          if (address === 0) return 0;
          if (end === 'ringbuf_submit') map.submit(address, 0);
          else map.discard(address, 0);
          return 1;
        };
        expect(inVm(action, 15)).toEqual(await inKernel(reserveProgram(size, end), 15));
      });
    }
  }
});
