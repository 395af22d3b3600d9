import type { WritablePacket } from './capture-packet.ts';
import { type CaptureWriter, ChunkBuffer } from './capture-writer.ts';
import { linkTypes } from './link-type.ts';
import { pcapMagics } from './pcap.ts';
import { timeOf } from './timestamp.ts';

/** How a pcap file is written. */
export interface PcapOptions {
  /** Link-layer header type of all its packets; default Ethernet. */
  readonly linkType?: number;
  /** Resolution of its times; default `micro`, which every reader knows. */
  readonly precision?: 'micro' | 'nano';
  /** Snap length in the file header; default 262144, as tcpdump writes. Packets are not cut. */
  readonly snapLength?: number;
  /** Byte order; default little endian. */
  readonly littleEndian?: boolean;
}

/** Writes a pcap file as a stream. */
export class PcapWriter implements CaptureWriter {
  readonly #buffer: ChunkBuffer;
  readonly #nanosecondsPerTick: number;

  constructor(options: PcapOptions = {}) {
    const precision = options.precision ?? 'micro';
    this.#nanosecondsPerTick = precision === 'nano' ? 1 : 1000;
    this.#buffer = new ChunkBuffer(options.littleEndian ?? true);
    this.#buffer.u32(pcapMagics[precision]);
    this.#buffer.u16(2);
    this.#buffer.u16(4);
    this.#buffer.u32(0);
    this.#buffer.u32(0);
    this.#buffer.u32(options.snapLength ?? 262144);
    this.#buffer.u32(options.linkType ?? linkTypes.ethernet);
  }

  get length(): number {
    return this.#buffer.length;
  }

  /** @throws SKEP_BAD_VALUE for a time before 1970 or after 2106, which pcap cannot hold. */
  write(packet: WritablePacket): void {
    const { seconds, nanoseconds } = timeOf(packet, 2 ** 32, 'pcap');
    const buffer = this.#buffer;
    buffer.u32(seconds);
    buffer.u32(Math.floor(nanoseconds / this.#nanosecondsPerTick));
    buffer.u32(packet.data.length);
    buffer.u32(packet.originalLength ?? packet.data.length);
    buffer.append(packet.data);
  }

  take(): Uint8Array {
    return this.#buffer.take();
  }
}
