import type { SkepError } from '../base/errors.ts';
import { badCapture, MAX_RECORD_SIZE } from './capture-error.ts';
import type { CaptureInterface, CapturePacket, RecordReader } from './capture-packet.ts';
import { fileKind } from './file-kind.ts';
import { PcapReader, pcapMagics } from './pcap.ts';
import { blockTypes, PcapngReader } from './pcapng.ts';

/** Bytes of a capture in pieces of any size. */
export type CaptureSource = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** What the beginning of a capture says about it. */
export interface CaptureHeader {
  readonly format: 'pcap' | 'pcapng';
  readonly littleEndian: boolean;
  /** pcapng: the interfaces of the section that is being read, as far as they were described. */
  readonly interfaces: readonly CaptureInterface[];
}

/** Where a large chunk is cut, so that a batch of packets stays small even where the chunk is a whole file. */
const SLICE_SIZE = 1 << 18;

/**
 * Reads pcap and pcapng from pieces that are pushed into it. Packets come out as views on the pieces: a piece must
 * not be overwritten while its packets are in use. Holds at most one incomplete record.
 */
export class CaptureParser {
  #reader: RecordReader | undefined;
  /** The beginning of a record that its piece cut off; `#pendingSize` bytes of it are filled. */
  #pending = new Uint8Array(0);
  #pendingSize = 0;
  #failure: unknown;

  /** What is known of the file; undefined before its first bytes. */
  get header(): CaptureHeader | undefined {
    return this.#reader;
  }

  /** Packets read so far. */
  get packetCount(): number {
    return this.#reader?.packetCount ?? 0;
  }

  /**
   * Appends the packets that are complete with `chunk` to `packets`. Those before damage are appended before the
   * error is thrown.
   * @throws SKEP_BAD_CAPTURE with the file offset
   */
  push(chunk: Uint8Array, packets: CapturePacket[]): void {
    if (this.#failure !== undefined) throw this.#failure;
    // A plain view: of a subclass such as Node's Buffer, `subarray` is slower and `slice` does not copy.
    const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    try {
      const start = this.#completePending(bytes, packets);
      this.#keep(bytes, this.#readAll(bytes, start, packets));
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }

  /** Says that the source has ended. @throws SKEP_BAD_CAPTURE where it ended within a record, or was no capture. */
  finish(): void {
    if (this.#failure !== undefined) throw this.#failure;
    const reader = this.#reader;
    if (reader === undefined) throw notACapture(this.#pending.subarray(0, this.#pendingSize));
    const left = this.#pendingSize;
    if (left === 0 && reader.offset > 0) return;
    const what = reader.offset === 0 ? 'in its header' : `after packet ${reader.packetCount}`;
    const needed = Math.min(this.#need, MAX_RECORD_SIZE);
    throw badCapture(
      `the capture is cut off ${what}`,
      reader.offset,
      `a record of at least ${needed} bytes begins here; ${left} bytes are left`,
    );
  }

  /** Bytes that the pending record needs, as far as its header is there. */
  #need = 4;

  /** Reads complete records of `chunk` from `start` on and gives where the first incomplete one begins. */
  #readAll(chunk: Uint8Array, start: number, packets: CapturePacket[]): number {
    const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let at = start;
    while (at < chunk.length) {
      const size = this.#readOne(chunk, view, at, chunk.length, packets);
      if (size > chunk.length - at) {
        this.#need = size;
        break;
      }
      at += size;
    }
    return at;
  }

  #readOne(bytes: Uint8Array, view: DataView, start: number, end: number, packets: CapturePacket[]): number {
    if (this.#reader === undefined) {
      if (end - start < 4) return 4;
      this.#reader = readerFor(bytes.subarray(start, end), view.getUint32(start, false));
    }
    return this.#reader.read(bytes, view, start, end, packets);
  }

  #keep(chunk: Uint8Array, start: number): void {
    if (start >= chunk.length) return;
    this.#pending = new Uint8Array(Math.max(this.#need, 64));
    this.#pending.set(chunk.subarray(start));
    this.#pendingSize = chunk.length - start;
  }

  /** Fills the pending record from `chunk` until it is read; gives how much of `chunk` that took. */
  #completePending(chunk: Uint8Array, packets: CapturePacket[]): number {
    let at = 0;
    while (this.#pendingSize > 0 && at < chunk.length) {
      at = this.#fillPending(chunk, at);
      if (this.#pendingSize < this.#need) break;
      const pending = this.#pending.subarray(0, this.#pendingSize);
      const view = new DataView(pending.buffer);
      const size = this.#readOne(pending, view, 0, pending.length, packets);
      if (size <= pending.length) this.#pendingSize = 0;
      this.#need = size;
    }
    return at;
  }

  #fillPending(chunk: Uint8Array, at: number): number {
    const take = Math.min(this.#need - this.#pendingSize, chunk.length - at);
    if (this.#pending.length < this.#need) {
      const grown = new Uint8Array(this.#need);
      grown.set(this.#pending.subarray(0, this.#pendingSize));
      this.#pending = grown;
    }
    this.#pending.set(chunk.subarray(at, at + take), this.#pendingSize);
    this.#pendingSize += take;
    return at + take;
  }
}

function readerFor(bytes: Uint8Array, magic: number): RecordReader {
  const swapped = ((magic & 255) * 2 ** 24 + ((magic & 0xff00) << 8) + ((magic >>> 8) & 0xff00) + (magic >>> 24)) >>> 0;
  if (magic === pcapMagics.micro) return new PcapReader(false, 1000);
  if (magic === pcapMagics.nano) return new PcapReader(false, 1);
  if (swapped === pcapMagics.micro) return new PcapReader(true, 1000);
  if (swapped === pcapMagics.nano) return new PcapReader(true, 1);
  if (magic === blockTypes.sectionHeader) return new PcapngReader();
  throw notACapture(bytes);
}

function notACapture(bytes: Uint8Array): SkepError {
  const { what, remedy } = fileKind(bytes);
  const first = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const reason = `it seems to be ${what}${first === '' ? '' : `: it begins with ${first}`}`;
  return badCapture('this is not a capture that skep reads', 0, reason, remedy);
}

/** A capture that is being read. It can be iterated once. */
export interface Capture extends AsyncIterable<CapturePacket> {
  /** What is known of the file; undefined before its first bytes were read. */
  readonly header: CaptureHeader | undefined;
  /** Packets in batches, one for each piece of the source: far fewer waits than packet by packet. */
  batches(): AsyncIterable<readonly CapturePacket[]>;
}

/**
 * Reads pcap (both byte orders, micro- and nanoseconds) or pcapng as a stream: memory does not grow with the file.
 * Iterating throws SKEP_BAD_CAPTURE at damage, after the packets before it.
 */
export function readCapture(source: CaptureSource): Capture {
  const parser = new CaptureParser();
  const batches = () => readBatches(parser, source);
  return {
    get header() {
      return parser.header;
    },
    batches,
    async *[Symbol.asyncIterator]() {
      for await (const batch of batches()) yield* batch;
    },
  };
}

async function* readBatches(parser: CaptureParser, source: CaptureSource): AsyncGenerator<CapturePacket[]> {
  for await (const chunk of source) yield* parseChunk(parser, chunk);
  parser.finish();
}

/** As {@link readCapture}, for a source that is there already. Iterating throws SKEP_BAD_CAPTURE. */
export function* readCaptureSync(source: Uint8Array | Iterable<Uint8Array>): Generator<CapturePacket> {
  const parser = new CaptureParser();
  for (const chunk of source instanceof Uint8Array ? [source] : source) {
    for (const batch of parseChunk(parser, chunk)) yield* batch;
  }
  parser.finish();
}

/** The packets of one piece, in batches; an error comes after the packets before it. */
function* parseChunk(parser: CaptureParser, chunk: Uint8Array): Generator<CapturePacket[]> {
  for (let at = 0; at < chunk.length; at += SLICE_SIZE) {
    const batch: CapturePacket[] = [];
    let failure: unknown;
    try {
      parser.push(chunk.subarray(at, at + SLICE_SIZE), batch);
    } catch (error) {
      failure = error;
    }
    if (batch.length > 0) yield batch;
    if (failure !== undefined) throw failure;
  }
}
