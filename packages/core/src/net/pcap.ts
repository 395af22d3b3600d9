import { badCapture, MAX_RECORD_SIZE } from './capture-error.ts';
import { type CaptureInterface, CapturePacket, type RecordReader } from './capture-packet.ts';

/*
 * pcap (draft-ietf-opsawg-pcap):
 *
 *   file header, 24 bytes           record header, 16 bytes
 *   +0  magic                       +0  seconds
 *   +4  major, minor version        +4  microseconds or nanoseconds
 *   +8  reserved                    +8  captured length
 *   +16 snap length                 +12 original length
 *   +20 FCS bits, link type         then the captured bytes
 */
const HEADER_SIZE = 24;
const RECORD_HEADER_SIZE = 16;

/** The magic number of a pcap file, in its own byte order, and nanoseconds per tick of its times. */
export const pcapMagics = { micro: 0xa1b2c3d4, nano: 0xa1b23c4d } as const;

/** Reads the records of a pcap file. */
export class PcapReader implements RecordReader {
  readonly format = 'pcap';
  readonly littleEndian: boolean;
  readonly interfaces: CaptureInterface[] = [];
  packetCount = 0;
  offset = 0;
  readonly #nanosecondsPerTick: number;
  #linkType = -1;

  constructor(littleEndian: boolean, nanosecondsPerTick: 1 | 1000) {
    this.littleEndian = littleEndian;
    this.#nanosecondsPerTick = nanosecondsPerTick;
  }

  read(bytes: Uint8Array, view: DataView, start: number, end: number, packets: CapturePacket[]): number {
    if (this.#linkType < 0) return this.#readHeader(view, start, end);
    if (end - start < RECORD_HEADER_SIZE) return RECORD_HEADER_SIZE;
    const { littleEndian } = this;
    const captured = view.getUint32(start + 8, littleEndian);
    if (captured > MAX_RECORD_SIZE) throw this.#tooLong(captured);
    const size = RECORD_HEADER_SIZE + captured;
    if (end - start < size) return size;
    let seconds = view.getUint32(start, littleEndian);
    let nanoseconds = view.getUint32(start + 4, littleEndian) * this.#nanosecondsPerTick;
    if (nanoseconds >= 1_000_000_000) {
      seconds += Math.floor(nanoseconds / 1_000_000_000);
      nanoseconds %= 1_000_000_000;
    }
    const data = bytes.subarray(start + RECORD_HEADER_SIZE, start + size);
    const originalLength = view.getUint32(start + 12, littleEndian);
    packets.push(new CapturePacket(++this.packetCount, seconds, nanoseconds, data, originalLength, this.#linkType, 0));
    this.offset += size;
    return size;
  }

  #readHeader(view: DataView, start: number, end: number): number {
    if (end - start < HEADER_SIZE) return HEADER_SIZE;
    const major = view.getUint16(start + 4, this.littleEndian);
    const minor = view.getUint16(start + 6, this.littleEndian);
    if (major !== 2 || minor !== 4) {
      throw badCapture(
        `pcap version ${major}.${minor} is not supported`,
        4,
        'the file header gives another version than 2.4, the one in use since 1998',
        'convert it: tcpdump -r OLD -w NEW',
      );
    }
    // The upper half holds the length of a frame check sequence, which stays at the end of the data.
    this.#linkType = view.getUint32(start + 20, this.littleEndian) & 0xffff;
    this.interfaces.push({ linkType: this.#linkType, snapLength: view.getUint32(start + 16, this.littleEndian) });
    this.offset = HEADER_SIZE;
    return HEADER_SIZE;
  }

  #tooLong(captured: number): Error {
    return badCapture(
      `packet ${this.packetCount + 1} has an absurd length`,
      this.offset,
      `its header claims ${captured} captured bytes; at most ${MAX_RECORD_SIZE} are accepted`,
    );
  }
}
