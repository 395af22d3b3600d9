import type { WritablePacket } from './capture-packet.ts';

/** Writes a capture as a stream: `write` packets, `take` the bytes whenever there are enough, and at the end. */
export interface CaptureWriter {
  /** Bytes that wait to be taken. */
  readonly length: number;
  /** @throws SKEP_BAD_VALUE for a packet that the format cannot hold. */
  write(packet: WritablePacket): void;
  /** Takes the bytes written so far, the file header first; they belong to the caller. */
  take(): Uint8Array;
}

const CHUNK_SIZE = 1 << 16;

/** Collects bytes that are handed over from time to time. */
export class ChunkBuffer {
  readonly #littleEndian: boolean;
  #bytes = new Uint8Array(CHUNK_SIZE);
  #view = new DataView(this.#bytes.buffer);
  length = 0;

  constructor(littleEndian: boolean) {
    this.#littleEndian = littleEndian;
  }

  // `#reserve` may replace the buffer, so the place is reserved before the buffer is named.
  u16(value: number): void {
    const at = this.#reserve(2);
    this.#view.setUint16(at, value, this.#littleEndian);
  }
  u32(value: number): void {
    const at = this.#reserve(4);
    this.#view.setUint32(at, value, this.#littleEndian);
  }
  append(bytes: Uint8Array): void {
    const at = this.#reserve(bytes.length);
    this.#bytes.set(bytes, at);
  }
  /** Zeroes that fill `size` bytes up to a multiple of 4. */
  pad4(size: number): void {
    this.#reserve((4 - (size % 4)) % 4);
  }
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.length);
    this.#bytes = new Uint8Array(CHUNK_SIZE);
    this.#view = new DataView(this.#bytes.buffer);
    this.length = 0;
    return taken;
  }

  #reserve(size: number): number {
    const start = this.length;
    this.length += size;
    if (this.length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.length, this.#bytes.length * 2));
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return start;
  }
}

/** The file that `writer` makes of `packets`, in pieces of 64 KiB or more. @throws SKEP_BAD_VALUE */
export function* writeCapture(writer: CaptureWriter, packets: Iterable<WritablePacket>): Generator<Uint8Array> {
  for (const packet of packets) {
    writer.write(packet);
    if (writer.length >= CHUNK_SIZE) yield writer.take();
  }
  if (writer.length > 0) yield writer.take();
}
