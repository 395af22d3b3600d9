import { describe, expect, test } from 'vitest';
import { readAll, readUntilError } from './captures.ts';

/** Builds pcapng blocks by hand, in one byte order, from the draft's figures. */
class Blocks {
  readonly #littleEndian: boolean;
  #bytes: number[] = [];

  constructor(littleEndian = true) {
    this.#littleEndian = littleEndian;
  }

  static u(value: number | bigint, size: number, littleEndian: boolean): number[] {
    const bytes = Array.from({ length: size }, (_, index) => Number((BigInt(value) >> BigInt(8 * index)) & 255n));
    return littleEndian ? bytes : bytes.reverse();
  }
  u16 = (value: number) => Blocks.u(value, 2, this.#littleEndian);
  u32 = (value: number) => Blocks.u(value, 4, this.#littleEndian);
  u64 = (value: bigint) => Blocks.u(value, 8, this.#littleEndian);

  block(type: number, ...body: number[][]): this {
    const content = body.flat();
    while (content.length % 4 !== 0) content.push(0);
    const size = this.u32(content.length + 12);
    this.#bytes.push(...this.u32(type), ...size, ...content, ...size);
    return this;
  }
  section(): this {
    return this.block(0x0a0d0d0a, this.u32(0x1a2b3c4d), this.u16(1), this.u16(0), this.u64(-1n));
  }
  option(code: number, value: number[]): number[] {
    const padding = new Array((4 - (value.length % 4)) % 4).fill(0);
    return [...this.u16(code), ...this.u16(value.length), ...value, ...padding];
  }
  interface(linkType: number, snapLength: number, ...options: number[][]): this {
    return this.block(1, this.u16(linkType), this.u16(0), this.u32(snapLength), ...options);
  }
  enhanced(id: number, ticks: bigint, data: number[]): this {
    const time = [this.u32(Number(BigInt.asUintN(64, ticks) >> 32n)), this.u32(Number(ticks & 0xffffffffn))].flat();
    const padded = [...data, ...new Array((4 - (data.length % 4)) % 4).fill(0)];
    return this.block(6, this.u32(id), time, this.u32(data.length), this.u32(data.length), padded);
  }
  bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

describe('times', () => {
  const ticks = 1_700_000_000_123_456_789n;
  test.each([
    ['default: microseconds', [], 1_700_000_000_123_456n, 1_700_000_000_123_456_000n],
    ['10^-9', [9], ticks, ticks],
    ['10^-9, all 64 bits', [9], 2n ** 64n - 1n, 2n ** 64n - 1n],
    ['10^-3', [3], 1_700_000_000_123n, 1_700_000_000_123_000_000n],
    ['seconds', [0], 1_700_000_000n, 1_700_000_000_000_000_000n],
    ['10^-12', [12], 1_700_000_123_456_789_012n, 1_700_000_123_456_789n],
    ['2^-10', [0x8a], 1024n * 5n + 512n, 5_500_000_000n],
    ['2^-32', [0xa0], (1_700_000_000n << 32n) + (1n << 31n), 1_700_000_000_500_000_000n],
    ['2^-127', [0xff], 2n ** 64n - 1n, 0n],
    ['10^-127', [127], 2n ** 64n - 1n, 0n],
  ])('%s', (_name, resolution, value, nanoseconds) => {
    const blocks = new Blocks().section();
    blocks.interface(1, 0, ...(resolution.length === 0 ? [] : [blocks.option(9, resolution)]));
    expect(readAll(blocks.enhanced(0, value, [1]).bytes())[0]?.timestamp).toBe(nanoseconds);
  });

  test('if_tsoffset is added, before and after 1970', () => {
    for (const [offset, time] of [
      [100n, 101_000_000_000n],
      [-2n, -1_000_000_000n],
    ] as const) {
      const blocks = new Blocks(false).section();
      blocks.interface(1, 0, blocks.option(14, blocks.u64(offset)));
      expect(readAll(blocks.enhanced(0, 1_000_000n, [1]).bytes())[0]?.timestamp).toBe(time);
    }
  });

  test('an absurd if_tsoffset is refused', () => {
    const blocks = new Blocks().section();
    blocks.interface(1, 0, blocks.option(14, blocks.u64(2n ** 63n - 1n)));
    expect(readUntilError(blocks.bytes()).error).toMatchObject({ code: 'SKEP_BAD_CAPTURE' });
  });
});

describe('blocks', () => {
  test('sections in both byte orders follow each other, each with its own interfaces', () => {
    const little = new Blocks(true).section().interface(1, 0).enhanced(0, 1n, [1, 2, 3]);
    const big = new Blocks(false).section().interface(101, 0).interface(113, 0).enhanced(1, 2n, [4]);
    const packets = readAll([little.bytes(), big.bytes(), little.bytes()]);
    expect(packets.map((packet) => [packet.linkType, packet.interfaceId, Array.from(packet.data)])).toEqual([
      [1, 0, [1, 2, 3]],
      [113, 1, [4]],
      [1, 0, [1, 2, 3]],
    ]);
    expect(readUntilError(new Blocks(false).section().enhanced(0, 1n, [1]).bytes()).error).toMatchObject({
      message: expect.stringMatching(/interface that is not there/),
    });
  });

  test('simple packets are cut by the snap length', () => {
    const blocks = new Blocks().section().interface(1, 4);
    blocks.block(3, blocks.u32(9), [1, 2, 3, 4]).block(3, blocks.u32(2), [5, 6]);
    expect(readAll(blocks.bytes()).map((packet) => [Array.from(packet.data), packet.originalLength])).toEqual([
      [[1, 2, 3, 4], 9],
      [[5, 6], 2],
    ]);
  });

  test('obsolete packet blocks are read', () => {
    const blocks = new Blocks(false).section().interface(1, 0).interface(101, 0);
    const head = [blocks.u16(1), blocks.u16(7), blocks.u32(0), blocks.u32(1_000_000), blocks.u32(2), blocks.u32(60)];
    blocks.block(2, ...head, [8, 9]);
    const [packet] = readAll(blocks.bytes());
    expect(packet).toMatchObject({ interfaceId: 1, linkType: 101, originalLength: 60, seconds: 1 });
    expect(packet?.data).toEqual(Uint8Array.of(8, 9));
  });

  test('statistics, name resolution, custom and unknown blocks are skipped; packet options are', () => {
    const blocks = new Blocks().section().interface(1, 0);
    blocks.block(5, blocks.u32(0), blocks.u64(0n)).block(4, [0, 0, 0, 0]).block(0xbad, blocks.u32(1)).block(0x12345678);
    const head = [blocks.u32(0), blocks.u32(0), blocks.u32(0), blocks.u32(1), blocks.u32(1), [7, 0, 0, 0]];
    blocks.block(6, ...head, blocks.option(2, [1, 2, 3, 4]), blocks.option(0, []));
    expect(readAll(blocks.bytes()).map((packet) => Array.from(packet.data))).toEqual([[7]]);
  });

  test('options of an interface that break off end there', () => {
    const blocks = new Blocks().section();
    blocks.interface(1, 0, blocks.option(9, [9]), blocks.u16(2), blocks.u16(65535)).enhanced(0, 5n, [1]);
    expect(readAll(blocks.bytes())[0]?.timestamp).toBe(5n);
  });
});
