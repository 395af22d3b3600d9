import { type FileHandle, open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { SkepError } from '@skep/core/base';
import { noFile, STDIN } from './read-file.ts';

/** Bytes read at once: some hundred packets. */
const CHUNK_SIZE = 1 << 18;

/**
 * The bytes of a capture file, or of standard input for `-`, in pieces; gzip is known by its first bytes and unpacked.
 * A piece may be overwritten once the next one is asked for.
 * @throws SKEP_NO_FILE, SKEP_BAD_CAPTURE for damaged gzip.
 */
export async function* captureBytes(file: string): AsyncGenerator<Uint8Array> {
  const source = file === STDIN ? process.stdin : fileBytes(file);
  const chunks: AsyncIterator<Uint8Array> = source[Symbol.asyncIterator]();
  try {
    const first = await firstBytes(chunks);
    const whole = continued(first, chunks);
    yield* isGzip(first) ? gunzip(whole, file) : whole;
  } finally {
    await chunks.return?.();
  }
}

/** Reads a file into one buffer again and again, so that a file of any size leaves no garbage. */
async function* fileBytes(file: string): AsyncGenerator<Uint8Array> {
  const handle = await openFile(file);
  try {
    const buffer = new Uint8Array(CHUNK_SIZE);
    while (true) {
      const { bytesRead } = await handle.read(buffer, 0, CHUNK_SIZE);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } catch (error) {
    throw error instanceof SkepError ? error : noFile(file, error);
  } finally {
    await handle.close();
  }
}

async function openFile(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r');
  } catch (error) {
    throw noFile(file, error);
  }
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** The beginning, of at least two bytes where there are so many. */
async function firstBytes(chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let bytes: Uint8Array = new Uint8Array(0);
  while (bytes.length < 2) {
    const { done, value } = await chunks.next();
    if (done) break;
    bytes = bytes.length === 0 ? value : Buffer.concat([bytes, value]);
  }
  return bytes;
}

async function* continued(first: Uint8Array, chunks: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first;
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
}

async function* gunzip(source: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<Uint8Array> {
  const unzip = createGunzip({ chunkSize: CHUNK_SIZE });
  // The error comes out of the iteration below.
  pipeline(copies(source), unzip, () => undefined);
  try {
    yield* unzip;
  } catch (error) {
    if (error instanceof SkepError) throw error;
    throw new SkepError('SKEP_BAD_CAPTURE', 'the gzip data is damaged', {
      place: { file },
      reason: error instanceof Error ? error.message : String(error),
      remedy: 'get the file anew',
    });
  }
}

/** A stream holds on to its pieces. */
async function* copies(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of source) yield piece.slice();
}
