import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SkepError } from '../../src/base/index.ts';
import { CaptureParser, readCapture, type WritablePacket } from '../../src/net/index.ts';
import { anyPacket, facts, join, pcapFile, pcapngFile, pieces, readAll, readUntilError } from './captures.ts';

const packets: WritablePacket[] = [
  { timestamp: 1_700_000_000_123_456_789n, data: Uint8Array.of(1, 2, 3) },
  { timestamp: 1_700_000_001_000_000_999n, data: new Uint8Array(0) },
  { timestamp: 4_294_967_295_999_999_999n, data: new Uint8Array(64).fill(7), originalLength: 1500 },
];
const wholeTimes = packets.map((packet) => ('timestamp' in packet ? packet.timestamp : 0n));
const microTimes = wholeTimes.map((time) => time - (time % 1000n));

describe('what is written is read', () => {
  test.each([
    ['pcap, microseconds', pcapFile(packets), microTimes],
    ['pcap, microseconds, big endian', pcapFile(packets, { littleEndian: false }), microTimes],
    ['pcap, nanoseconds', pcapFile(packets, { precision: 'nano' }), wholeTimes],
    ['pcap, nanoseconds, big endian', pcapFile(packets, { precision: 'nano', littleEndian: false }), wholeTimes],
    ['pcapng', pcapngFile(packets), wholeTimes],
    ['pcapng, big endian', pcapngFile(packets, false), wholeTimes],
  ])('%s', (_name, file, times) => {
    const read = readAll(file);
    expect(read.map((packet) => packet.timestamp)).toEqual(times);
    expect(read.map((packet) => packet.data)).toEqual(packets.map((packet) => packet.data));
    expect(read.map((packet) => packet.originalLength)).toEqual([3, 0, 1500]);
    expect(read.map((packet) => packet.truncated)).toEqual([false, false, true]);
    expect(read.map((packet) => packet.number)).toEqual([1, 2, 3]);
  });

  test('any packets, any pieces, every format', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 });
    const property = fc.property(
      fc.array(anyPacket, { maxLength: 8 }),
      sizes,
      fc.boolean(),
      (list, cut, littleEndian) => {
        for (const file of [pcapFile(list, { precision: 'nano', littleEndian }), pcapngFile(list, littleEndian)]) {
          const read = readAll(pieces(file, cut));
          expect(read.map((packet) => [packet.seconds, packet.nanoseconds, packet.originalLength])).toEqual(
            list.map((packet) => [packet.seconds, packet.nanoseconds, packet.originalLength]),
          );
          expect(read.map((packet) => packet.data)).toEqual(list.map((packet) => packet.data));
        }
      },
    );
    fc.assert(property);
  });

  test('the link type and the interface are kept', () => {
    expect(readAll(pcapFile(packets, { linkType: 113 }))[0]?.linkType).toBe(113);
    const [packet] = readAll(pcapngFile([{ timestamp: 0n, data: Uint8Array.of(0x45), interfaceId: 1 }]));
    expect(packet).toMatchObject({ linkType: 101, interfaceId: 1 });
  });

  test('asynchronous pieces give the same, packet by packet and in batches', async () => {
    const file = pcapngFile(packets);
    const read = [];
    for await (const packet of readCapture(pieces(file, [7]))) read.push(facts(packet));
    expect(read).toEqual(readAll(file).map(facts));
    let count = 0;
    const capture = readCapture(pieces(file, [1000]));
    for await (const batch of capture.batches()) count += batch.length;
    expect(count).toBe(3);
    expect(capture.header).toMatchObject({ format: 'pcapng', interfaces: [{ name: 'eth0' }, { snapLength: 96 }] });
  });

  test('a file of a megabyte in one piece is read in batches', async () => {
    const large = Array.from({ length: 9 }, (_, index) => ({
      timestamp: 0n,
      data: new Uint8Array(120_000).fill(index),
    }));
    const sizes: number[] = [];
    const read: unknown[] = [];
    for await (const batch of readCapture([pcapFile(large)]).batches()) {
      sizes.push(batch.length);
      read.push(...batch.map((packet) => packet.data));
    }
    expect(read).toEqual(large.map((packet) => packet.data));
    expect(Math.max(...sizes)).toBeLessThan(4);
  });

  test('packets out of a Buffer are plain bytes', () => {
    const [packet] = readAll(Buffer.from(pcapFile(packets)));
    expect(packet?.data.constructor).toBe(Uint8Array);
  });

  test('microseconds beyond a second are carried', () => {
    const file = pcapFile([{ timestamp: 5_000_000_000n, data: new Uint8Array(1) }]);
    new DataView(file.buffer).setUint32(28, 2_500_000, true);
    expect(readAll(file)[0]?.timestamp).toBe(7_500_000_000n);
  });

  test('a time that the format cannot hold is refused', () => {
    for (const timestamp of [-1n, 2n ** 32n * 1_000_000_000n]) {
      expect(() => pcapFile([{ timestamp, data: new Uint8Array(1) }])).toThrow(SkepError);
    }
    expect(() => pcapngFile([{ timestamp: 0n, data: new Uint8Array(1), interfaceId: 2 }])).toThrow(/interface 2/);
  });
});

describe('bad input', () => {
  const words = (...list: number[]) => join(list.map((word) => new Uint8Array(Uint32Array.of(word).buffer)));
  test.each([
    ['an empty file', new Uint8Array(0), /an empty file/],
    ['one byte', Uint8Array.of(0xd4), /begins with d4/],
    ['gzip', Uint8Array.of(0x1f, 0x8b, 8, 0, 0), /gzip/],
    ['an ELF file', Uint8Array.of(0x7f, 0x45, 0x4c, 0x46), /ELF/],
    ['text', new TextEncoder().encode('ldx r0, [r1]\n'), /seems to be text/],
    ['the Kuznetsov variant', Uint8Array.of(0x34, 0xcd, 0xb2, 0xa1), /modified pcap.*Kuznetsov/],
    ['random bytes', Uint8Array.of(0xde, 0xad, 0xbe, 0xef), /unknown kind of file: it begins with de ad be ef/],
  ])('%s is refused and named', (_name, bytes, reason) => {
    const { error } = readUntilError(bytes);
    expect(error).toBeInstanceOf(SkepError);
    expect(error).toMatchObject({
      code: 'SKEP_BAD_CAPTURE',
      place: { offset: 0 },
      reason: expect.stringMatching(reason),
    });
  });

  test.each([
    ['pcap', pcapFile(packets), 24 + 19 + 16],
    ['pcapng', pcapngFile(packets), 28 + 40 + 32 + 36 + 32],
  ])('a %s file cut off anywhere gives the packets before and says where', (_name, file, thirdAt) => {
    for (let size = 0; size < file.length; size++) {
      const { packets: read, error } = readUntilError(file.subarray(0, size));
      const boundary = error === undefined;
      if (!boundary) expect(error).toMatchObject({ code: 'SKEP_BAD_CAPTURE' });
      if (size > thirdAt) {
        expect(error).toMatchObject({ place: { offset: thirdAt }, message: 'the capture is cut off after packet 2' });
        expect(read).toHaveLength(2);
      }
    }
  });

  test('an absurd length is refused at once, not waited for', () => {
    const header = pcapFile([]);
    for (const length of [0xffffffff, 0x80000000, 16 * 1024 * 1024 + 1]) {
      const { error } = readUntilError(join([pcapFile(packets), words(0, 0, length, length)]));
      expect(error).toMatchObject({
        place: { offset: header.length + 48 + 67 },
        message: expect.stringMatching(/packet 4/),
      });
    }
  });

  const section = pcapngFile([]);
  test.each([
    ['length 0', words(6, 0, 0, 0), /absurd length/],
    ['length 8', words(6, 8, 8, 0), /absurd length/],
    ['length 13', words(6, 13, 0, 0), /absurd length/],
    ['length 2^32-4', words(6, 0xfffffffc, 0, 0), /absurd length/],
    ['two lengths', words(99, 12, 16), /two different lengths/],
    ['interface 9', words(6, 32, 9, 0, 0, 0, 0, 32), /interface that is not there/],
    ['data past its block', words(6, 32, 0, 0, 0, 0xffffffff, 1, 32), /reaches past its block/],
    ['a short interface description', words(1, 12, 12), /reaches past its block/],
    ['no byte-order magic', words(0x0a0d0d0a, 28, 1, 2, 3, 4, 28), /byte-order magic/],
    ['a future version', words(0x0a0d0d0a, 28, 0x1a2b3c4d, 7, 3, 4, 28), /version 7/],
  ])('a pcapng block with %s is refused at its offset', (_name, block, message) => {
    const { error } = readUntilError(join([section, block]));
    expect(error).toMatchObject({ place: { offset: section.length }, message: expect.stringMatching(message) });
  });

  test('a pcap version other than 2.4 is refused by its number', () => {
    const file = pcapFile(packets);
    file[6] = 3;
    expect(readUntilError(file).error).toMatchObject({ message: 'pcap version 2.3 is not supported' });
  });

  test('after an error the parser stays in error', () => {
    const parser = new CaptureParser();
    expect(() => parser.push(new TextEncoder().encode('hello'), [])).toThrow(SkepError);
    expect(() => parser.push(pcapFile(packets), [])).toThrow(SkepError);
    expect(() => parser.finish()).toThrow(SkepError);
  });

  test('damaged files end in packets or a SkepError, whatever the pieces', () => {
    const file = fc.constantFrom(pcapFile(packets), pcapngFile(packets), pcapngFile(packets, false));
    const edits = fc.array(fc.tuple(fc.nat(250), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 6 });
    const property = fc.property(file, edits, fc.integer({ min: 1, max: 50 }), (bytes, list, size) => {
      const damaged = bytes.slice();
      for (const [at, value] of list) damaged[at % damaged.length] = value;
      const whole = readUntilError(damaged);
      if (whole.error !== undefined) expect(whole.error).toBeInstanceOf(SkepError);
      const parts: unknown[] = [];
      try {
        for (const packet of readAll(pieces(damaged, [size]))) parts.push(facts(packet));
        expect(parts).toEqual(whole.packets.map(facts));
      } catch (error) {
        if (!(error instanceof SkepError)) throw error;
        expect(error.message).toBe((whole.error as Error).message);
      }
    });
    fc.assert(property, { numRuns: 500 });
  });
});
