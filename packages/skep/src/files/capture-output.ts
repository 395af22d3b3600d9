import { type FileHandle, open } from 'node:fs/promises';
import { extname } from 'node:path';
import { type CapturePacket, type CaptureWriter, PcapngWriter, PcapWriter } from '@skep/core/net';
import { noWrite, STDIN } from './read-file.ts';

/** Bytes that are written at once. */
const FLUSH_SIZE = 1 << 18;

/** Writes packets to a capture file: pcapng where its name ends so, else pcap; `-` is standard output. */
export class CaptureOutput {
  readonly #file: string;
  readonly #handle: FileHandle | undefined;
  #writer: CaptureWriter | undefined;

  private constructor(file: string, handle: FileHandle | undefined) {
    this.#file = file;
    this.#handle = handle;
  }

  /** @throws SKEP_NO_WRITE. */
  static async open(file: string): Promise<CaptureOutput> {
    if (file === STDIN) return new CaptureOutput(file, undefined);
    try {
      return new CaptureOutput(file, await open(file, 'w'));
    } catch (error) {
      throw noWrite(file, error);
    }
  }

  /** Adds `data`, an Ethernet frame that came from `packet`. */
  write(packet: CapturePacket, data: Uint8Array): void {
    this.#writer ??= this.#makeWriter(packet);
    const missing = Math.max(0, packet.originalLength - packet.data.length);
    const { seconds, nanoseconds } = packet;
    this.#writer.write({ seconds, nanoseconds, data, originalLength: data.length + missing });
  }

  /** Hands over what has gathered, where it is enough. */
  async flush(all = false): Promise<void> {
    if (all) this.#writer ??= this.#makeWriter(undefined);
    if (this.#writer === undefined || (!all && this.#writer.length < FLUSH_SIZE)) return;
    const bytes = this.#writer.take();
    try {
      if (this.#handle !== undefined) await this.#handle.write(bytes);
      else await new Promise<void>((resolve) => process.stdout.write(bytes, () => resolve()));
    } catch (error) {
      throw noWrite(this.#file, error);
    }
  }

  /** Writes the rest and closes the file. */
  async close(): Promise<void> {
    await this.flush(true);
    await this.#handle?.close();
  }

  /** Every reader knows microseconds; nanoseconds are used where the first packet needs them. */
  #makeWriter(first: CapturePacket | undefined): CaptureWriter {
    if (extname(this.#file) === '.pcapng') return new PcapngWriter();
    const precision = first !== undefined && first.nanoseconds % 1000 !== 0 ? 'nano' : 'micro';
    return new PcapWriter({ precision });
  }
}
