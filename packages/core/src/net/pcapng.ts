import { badCapture, MAX_RECORD_SIZE } from './capture-error.ts';
import { type CaptureInterface, CapturePacket, type RecordReader } from './capture-packet.ts';
import { readInterfaceOptions } from './pcapng-options.ts';
import { type SplitTime, type TickReader, tickReader } from './timestamp.ts';

/*
 * pcapng (draft-ietf-opsawg-pcapng): blocks of 32-bit words.
 *
 *   +0  type
 *   +4  total length, a multiple of 4
 *   +8  body
 *   -4  total length again
 */
const BLOCK_HEADER_SIZE = 8;
const SMALLEST_BLOCK = 12;

/** Block types (section 11.1). The section header's reads the same in both byte orders. */
export const blockTypes = {
  sectionHeader: 0x0a0d0d0a,
  interfaceDescription: 1,
  packet: 2,
  simplePacket: 3,
  enhancedPacket: 6,
} as const;

/** Byte-order magic in a section header block. */
export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

/** An interface identifier of the obsolete Packet Block has 16 bits; no real section comes near. */
const MAX_INTERFACES = 65536;

interface Interface extends CaptureInterface {
  readonly ticks: TickReader;
}

/** Reads the blocks of a pcapng file: any number of sections, each in its own byte order. */
export class PcapngReader implements RecordReader {
  readonly format = 'pcapng';
  littleEndian = true;
  interfaces: readonly CaptureInterface[] = [];
  packetCount = 0;
  offset = 0;
  #interfaces: Interface[] = [];
  readonly #time: SplitTime = { seconds: 0, nanoseconds: 0 };

  read(bytes: Uint8Array, view: DataView, start: number, end: number, packets: CapturePacket[]): number {
    if (end - start < SMALLEST_BLOCK) return SMALLEST_BLOCK;
    const type = view.getUint32(start, this.littleEndian);
    if (type === blockTypes.sectionHeader) this.#readByteOrder(view, start);
    const size = view.getUint32(start + 4, this.littleEndian);
    this.#checkSize(size);
    if (end - start < size) return size;
    if (view.getUint32(start + size - 4, this.littleEndian) !== size) {
      throw this.#bad('a block has two different lengths', `it begins with ${size} and ends with another number`);
    }
    this.#readBlock(type, bytes, view, start + BLOCK_HEADER_SIZE, start + size - 4, packets);
    this.offset += size;
    return size;
  }

  #readBlock(
    type: number,
    bytes: Uint8Array,
    view: DataView,
    start: number,
    end: number,
    packets: CapturePacket[],
  ): void {
    if (type === blockTypes.enhancedPacket) this.#readEnhancedPacket(bytes, view, start, end, packets);
    else if (type === blockTypes.simplePacket) this.#readSimplePacket(bytes, view, start, end, packets);
    else if (type === blockTypes.packet) this.#readObsoletePacket(bytes, view, start, end, packets);
    else if (type === blockTypes.interfaceDescription) this.#readInterface(bytes, view, start, end);
    else if (type === blockTypes.sectionHeader) this.#readSection(view, start, end);
    // Name resolution, statistics, custom and unknown blocks hold no packets: section 3.3 says to skip them.
  }

  #readByteOrder(view: DataView, start: number): void {
    const magic = view.getUint32(start + 8, true);
    if (magic !== BYTE_ORDER_MAGIC && magic !== 0x4d3c2b1a) {
      throw this.#bad('the section header has no byte-order magic', `it holds 0x${magic.toString(16)} in its place`);
    }
    this.littleEndian = magic === BYTE_ORDER_MAGIC;
  }

  #checkSize(size: number): void {
    if (size >= SMALLEST_BLOCK && size <= MAX_RECORD_SIZE && size % 4 === 0) return;
    const expected = `a multiple of 4 from ${SMALLEST_BLOCK} to ${MAX_RECORD_SIZE} is expected`;
    throw this.#bad('a block has an absurd length', `it claims ${size} bytes; ${expected}`);
  }

  #readSection(view: DataView, start: number, end: number): void {
    this.#need(start, end, 16, 'section header');
    const major = view.getUint16(start + 4, this.littleEndian);
    // Minor version 2 was written by some tools and reads as 0 does (section 4.1).
    if (major !== 1) throw this.#bad(`pcapng version ${major} is not supported`, 'version 1 is expected');
    this.#interfaces = [];
    this.interfaces = this.#interfaces;
  }

  #readInterface(bytes: Uint8Array, view: DataView, start: number, end: number): void {
    this.#need(start, end, 8, 'interface description');
    if (this.#interfaces.length === MAX_INTERFACES) {
      throw this.#bad('a section has too many interfaces', `at most ${MAX_INTERFACES} are accepted`);
    }
    const { name, resolution, offset } = readInterfaceOptions(bytes, view, start + 8, end, this.littleEndian);
    if (Math.abs(offset) > 2 ** 40) {
      throw this.#bad('an interface has an absurd time offset', `if_tsoffset is ${offset} s, more than 34,000 years`);
    }
    this.#interfaces.push({
      linkType: view.getUint16(start, this.littleEndian),
      snapLength: view.getUint32(start + 4, this.littleEndian),
      ticks: tickReader(resolution, offset),
      ...(name === undefined ? {} : { name }),
    });
  }

  #readEnhancedPacket(bytes: Uint8Array, view: DataView, start: number, end: number, packets: CapturePacket[]): void {
    this.#need(start, end, 20, 'enhanced packet');
    const id = view.getUint32(start, this.littleEndian);
    this.#readTimedPacket(id, bytes, view, start, end, packets);
  }

  /** The Packet Block of early pcapng: 16 bits of interface and 16 of drop count in place of the interface. */
  #readObsoletePacket(bytes: Uint8Array, view: DataView, start: number, end: number, packets: CapturePacket[]): void {
    this.#need(start, end, 20, 'packet');
    const id = view.getUint16(start, this.littleEndian);
    this.#readTimedPacket(id, bytes, view, start, end, packets);
  }

  #readTimedPacket(
    id: number,
    bytes: Uint8Array,
    view: DataView,
    start: number,
    end: number,
    packets: CapturePacket[],
  ): void {
    const { littleEndian } = this;
    const { linkType, ticks } = this.#interface(id);
    const captured = view.getUint32(start + 12, littleEndian);
    this.#need(start, end, 20 + captured, 'packet data');
    const time = this.#time;
    ticks(view.getUint32(start + 4, littleEndian), view.getUint32(start + 8, littleEndian), time);
    const data = bytes.subarray(start + 20, start + 20 + captured);
    const originalLength = view.getUint32(start + 16, littleEndian);
    packets.push(
      new CapturePacket(++this.packetCount, time.seconds, time.nanoseconds, data, originalLength, linkType, id),
    );
  }

  /** A Simple Packet Block has no time and belongs to interface 0; its snap length says how much was kept. */
  #readSimplePacket(bytes: Uint8Array, view: DataView, start: number, end: number, packets: CapturePacket[]): void {
    this.#need(start, end, 4, 'simple packet');
    const { linkType, snapLength } = this.#interface(0);
    const originalLength = view.getUint32(start, this.littleEndian);
    const captured = snapLength === 0 ? originalLength : Math.min(snapLength, originalLength);
    this.#need(start, end, 4 + captured, 'packet data');
    const data = bytes.subarray(start + 4, start + 4 + captured);
    packets.push(new CapturePacket(++this.packetCount, 0, 0, data, originalLength, linkType, 0));
  }

  #interface(id: number): Interface {
    const found = this.#interfaces[id];
    if (found !== undefined) return found;
    const described = this.#interfaces.length;
    throw this.#bad(
      `packet ${this.packetCount + 1} names an interface that is not there`,
      `it is of interface ${id}; the section describes ${described} before it`,
    );
  }

  #need(start: number, end: number, size: number, what: string): void {
    if (end - start >= size) return;
    throw this.#bad(
      `the ${what} after packet ${this.packetCount} reaches past its block`,
      `${size} bytes are needed, the block has ${end - start}`,
    );
  }

  #bad(what: string, reason: string): Error {
    return badCapture(what, this.offset, reason);
  }
}
