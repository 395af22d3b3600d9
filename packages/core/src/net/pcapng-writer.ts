import { SkepError } from '../base/errors.ts';
import type { WritablePacket } from './capture-packet.ts';
import { type CaptureWriter, ChunkBuffer } from './capture-writer.ts';
import { linkTypes } from './link-type.ts';
import { BYTE_ORDER_MAGIC, blockTypes } from './pcapng.ts';
import { interfaceOptions } from './pcapng-options.ts';
import { timeOf } from './timestamp.ts';

/** An interface of a pcapng file to write. */
export interface PcapngInterface {
  /** Default Ethernet. */
  readonly linkType?: number;
  /** Default 0, no limit. Packets are not cut. */
  readonly snapLength?: number;
  readonly name?: string;
}

/** How a pcapng file is written. */
export interface PcapngOptions {
  /** Default: one Ethernet interface. */
  readonly interfaces?: readonly PcapngInterface[];
  /** Byte order; default little endian. */
  readonly littleEndian?: boolean;
}

const utf8 = new TextEncoder();

/** 2^33 s after 1970 is the year 2242; nanoseconds fit 64 bits well beyond. */
const TIME_LIMIT = 2 ** 33;

/** Writes a pcapng file of one section, with times in nanoseconds, as a stream. */
export class PcapngWriter implements CaptureWriter {
  readonly #buffer: ChunkBuffer;
  readonly #interfaceCount: number;

  constructor(options: PcapngOptions = {}) {
    this.#buffer = new ChunkBuffer(options.littleEndian ?? true);
    const interfaces = options.interfaces ?? [{}];
    this.#interfaceCount = interfaces.length;
    this.#writeSection();
    for (const description of interfaces) this.#writeInterface(description);
  }

  get length(): number {
    return this.#buffer.length;
  }

  /** @throws SKEP_BAD_VALUE for an interface that was not described, or a time before 1970 or after 2242. */
  write(packet: WritablePacket): void {
    const id = packet.interfaceId ?? 0;
    if (!(id >= 0 && id < this.#interfaceCount)) throw this.#noInterface(id);
    const { seconds, nanoseconds } = timeOf(packet, TIME_LIMIT, 'pcapng');
    // seconds * 10^9 + nanoseconds in two halves, each intermediate value below 2^53.
    const upper = Math.floor(seconds / 65536) * 1_000_000_000;
    const lower = (upper % 65536) * 65536 + (seconds % 65536) * 1_000_000_000 + nanoseconds;
    const { data } = packet;
    const size = 32 + Math.ceil(data.length / 4) * 4;
    const buffer = this.#buffer;
    buffer.u32(blockTypes.enhancedPacket);
    buffer.u32(size);
    buffer.u32(id);
    buffer.u32(Math.floor(upper / 65536) + Math.floor(lower / 2 ** 32));
    buffer.u32(lower % 2 ** 32);
    buffer.u32(data.length);
    buffer.u32(packet.originalLength ?? data.length);
    buffer.append(data);
    buffer.pad4(data.length);
    buffer.u32(size);
  }

  take(): Uint8Array {
    return this.#buffer.take();
  }

  #writeSection(): void {
    const buffer = this.#buffer;
    buffer.u32(blockTypes.sectionHeader);
    buffer.u32(28);
    buffer.u32(BYTE_ORDER_MAGIC);
    buffer.u16(1);
    buffer.u16(0);
    // Section length -1: not known, as always in a stream.
    buffer.u32(0xffffffff);
    buffer.u32(0xffffffff);
    buffer.u32(28);
  }

  #writeInterface(description: PcapngInterface): void {
    const name = utf8.encode(description.name ?? '').subarray(0, 255);
    const nameSize = name.length === 0 ? 0 : 4 + Math.ceil(name.length / 4) * 4;
    const size = 20 + nameSize + 8 + 4;
    const buffer = this.#buffer;
    buffer.u32(blockTypes.interfaceDescription);
    buffer.u32(size);
    buffer.u16(description.linkType ?? linkTypes.ethernet);
    buffer.u16(0);
    buffer.u32(description.snapLength ?? 0);
    if (name.length > 0) this.#writeOption(interfaceOptions.name, name);
    this.#writeOption(interfaceOptions.timeResolution, Uint8Array.of(9));
    this.#writeOption(interfaceOptions.end, new Uint8Array(0));
    buffer.u32(size);
  }

  #writeOption(code: number, value: Uint8Array): void {
    this.#buffer.u16(code);
    this.#buffer.u16(value.length);
    this.#buffer.append(value);
    this.#buffer.pad4(value.length);
  }

  #noInterface(id: number): SkepError {
    return new SkepError('SKEP_BAD_VALUE', `a packet names interface ${id}, which is not described`, {
      reason: `the writer was made with ${this.#interfaceCount} interfaces, numbered from 0`,
      remedy: 'describe every interface in the options of the writer',
    });
  }
}
