import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { SkepError } from '@skep/core/base';
import { noFile, STDIN } from './read-file.ts';

/** Bytes read at once: a batch of some hundred packets. */
const CHUNK_SIZE = 1 << 18;

/**
 * The bytes of a capture file, or of standard input for `-`, as a stream; gzip is known by its first bytes and
 * unpacked.
 * @throws SKEP_NO_FILE, SKEP_BAD_CAPTURE for damaged gzip.
 */
export async function* captureBytes(file: string): AsyncGenerator<Uint8Array> {
  const source = file === STDIN ? process.stdin : await openFile(file);
  const chunks: AsyncIterator<Uint8Array> = source[Symbol.asyncIterator]();
  const first = await readSome(chunks, 2, file);
  const rest = restOf(first, chunks, file);
  yield* isGzip(first) ? gunzip(rest, file) : rest;
}

async function openFile(file: string): Promise<Readable> {
  try {
    if ((await stat(file)).isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
  } catch (error) {
    throw noFile(file, error);
  }
  return createReadStream(file, { highWaterMark: CHUNK_SIZE });
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** The first piece, of at least `size` bytes where there are so many. */
async function readSome(chunks: AsyncIterator<Uint8Array>, size: number, file: string): Promise<Uint8Array> {
  let bytes = new Uint8Array(0);
  while (bytes.length < size) {
    const chunk = await next(chunks, file);
    if (chunk === undefined) break;
    bytes = bytes.length === 0 ? Uint8Array.from(chunk) : Buffer.concat([bytes, chunk]);
  }
  return bytes;
}

async function* restOf(first: Uint8Array, chunks: AsyncIterator<Uint8Array>, file: string): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first;
  for (let chunk = await next(chunks, file); chunk !== undefined; chunk = await next(chunks, file)) yield chunk;
}

async function next(chunks: AsyncIterator<Uint8Array>, file: string): Promise<Uint8Array | undefined> {
  try {
    const { done, value } = await chunks.next();
    return done ? undefined : value;
  } catch (error) {
    throw noFile(file, error);
  }
}

async function* gunzip(source: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<Uint8Array> {
  const unzip = createGunzip({ chunkSize: CHUNK_SIZE });
  // The error comes out of the iteration below.
  pipeline(source, unzip, () => undefined);
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
