import fc from 'fast-check';
import {
  type CapturePacket,
  CaptureParser,
  PcapngWriter,
  type PcapOptions,
  PcapWriter,
  readCaptureSync,
  type WritablePacket,
  writeCapture,
} from '../../src/net/index.ts';

/** One byte string out of pieces. */
export function join(pieces: Iterable<Uint8Array>): Uint8Array {
  const list = Array.from(pieces);
  const bytes = new Uint8Array(list.reduce((size, piece) => size + piece.length, 0));
  let at = 0;
  for (const piece of list) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

export function pcapFile(packets: readonly WritablePacket[], options: PcapOptions = {}): Uint8Array {
  return join(writeCapture(new PcapWriter(options), packets));
}

export function pcapngFile(packets: readonly WritablePacket[], littleEndian = true): Uint8Array {
  const interfaces = [{ name: 'eth0' }, { linkType: 101, snapLength: 96 }];
  return join(writeCapture(new PcapngWriter({ littleEndian, interfaces }), packets));
}

/** What a test compares of a packet. */
export function facts(packet: CapturePacket) {
  const { timestamp, originalLength, linkType, interfaceId } = packet;
  return { timestamp, data: Array.from(packet.data), originalLength, linkType, interfaceId };
}

export const readAll = (source: Uint8Array | Iterable<Uint8Array>) => Array.from(readCaptureSync(source));

/** Cuts `bytes` into pieces of the given sizes, over and over. */
export function* pieces(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  let at = 0;
  for (let turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.slice(at, at + size);
    at += size;
  }
}

/** Packets up to an error and the error itself, which is undefined where all was read. */
export function readUntilError(bytes: Uint8Array): { packets: CapturePacket[]; error: unknown } {
  const packets: CapturePacket[] = [];
  const parser = new CaptureParser();
  try {
    parser.push(bytes, packets);
    parser.finish();
    return { packets, error: undefined };
  } catch (error) {
    return { packets, error };
  }
}

export const anyPacket = fc.record({
  seconds: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  nanoseconds: fc.integer({ min: 0, max: 999_999_999 }),
  data: fc.uint8Array({ maxLength: 70 }),
  originalLength: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
});
