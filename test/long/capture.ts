/**
 * Fuzzing of captures: mutated pcap and pcapng files, pushed in pieces of random size. The only outcomes are packets
 * and a SkepError; every packet that is read is dissected, in printable characters.
 */
import { readFileSync } from 'node:fs';
import { SkepError } from '../../packages/core/src/base/index.ts';
import {
  type CapturePacket,
  CaptureParser,
  dissect,
  linkTypes,
  PcapngWriter,
  PcapWriter,
  readCaptureSync,
  toEthernet,
  writeCapture,
} from '../../packages/core/src/net/index.ts';

type Random = (limit: number) => number;

/** xorshift32; gives integers from 0 to limit - 1. */
function randomFrom(seed: number): Random {
  let state = seed | 0 || 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

/** Small files of every format, byte order and link type, out of the bundled captures. */
function seedFiles(): Uint8Array[] {
  const bundled = ['web.pcap', 'cooked.pcap', 'mixed.pcapng'].map((name) =>
    readFileSync(new URL(`../../examples/captures/${name}`, import.meta.url)),
  );
  const packets = bundled.flatMap((file) => Array.from(readCaptureSync(file)));
  const some = packets
    .filter((packet) => packet.number % 25 === 0)
    .map((packet) => ({
      timestamp: packet.timestamp,
      data: packet.data,
      originalLength: packet.originalLength,
    }));
  const files = [...bundled.slice(1)];
  for (const littleEndian of [true, false]) {
    for (const linkType of [...Object.values(linkTypes), 147]) {
      files.push(Buffer.concat([...writeCapture(new PcapWriter({ linkType, littleEndian, precision: 'nano' }), some)]));
    }
    const interfaces = Object.values(linkTypes).map((linkType) => ({ linkType, name: `if${linkType}` }));
    const spread = some.map((packet, index) => ({ ...packet, interfaceId: index % interfaces.length }));
    files.push(Buffer.concat([...writeCapture(new PcapngWriter({ interfaces, littleEndian }), spread)]));
  }
  return files;
}

const wordsToTry = [0, 1, 3, 4, 6, 8, 12, 16, 0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff, 0x0a0d0d0a, 0x01000000];

function mutate(file: Uint8Array, random: Random): Uint8Array {
  // Not slice(): on a Buffer that is a view, and the edits of all mutants would pile up in the file.
  const bytes = Uint8Array.from(file);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let count = 1 + random(8); count > 0; count--) {
    // Half of the edits hit the headers at the beginning.
    const at = random(2) === 0 ? random(Math.min(96, bytes.length)) : random(bytes.length);
    const kind = random(4);
    if (kind === 0) bytes[at] = random(256);
    else if (kind === 1) bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
    else if (kind === 2 && at + 4 <= bytes.length)
      view.setUint32(at & ~3, wordsToTry[random(wordsToTry.length)] ?? 0, random(2) === 0);
    else bytes.copyWithin(at, random(bytes.length), random(bytes.length));
  }
  return random(4) === 0 ? bytes.subarray(0, random(bytes.length + 1)) : bytes;
}

/** Reads a mutant; gives whether it was read to its end. Throws at anything but a SkepError, and at bad text. */
function readMutant(bytes: Uint8Array, random: Random): boolean {
  const packets: CapturePacket[] = [];
  const complete = pushAll(bytes, 1 + random(random(2) === 0 ? 40 : 4000), packets);
  for (const packet of packets) {
    const line = dissect(packet.data, packet.linkType, packet.originalLength);
    if (!/^[\x20-\x7e]+$/.test(line)) throw new Error(`unprintable line: ${JSON.stringify(line)}`);
    if (packet.nanoseconds < 0 || packet.nanoseconds > 999_999_999) throw new Error(`time ${packet.nanoseconds}`);
    if (packet.timestamp === undefined) throw new Error('no time');
    refused(() => toEthernet(packet.linkType, packet.data));
  }
  return complete;
}

function pushAll(bytes: Uint8Array, size: number, packets: CapturePacket[]): boolean {
  const parser = new CaptureParser();
  return !refused(() => {
    for (let at = 0; at < bytes.length; at += size) parser.push(bytes.subarray(at, at + size), packets);
    parser.finish();
  });
}

/** True where `action` throws a SkepError; another error is passed on. */
function refused(action: () => void): boolean {
  try {
    action();
    return false;
  } catch (error) {
    if (error instanceof SkepError) return true;
    throw error;
  }
}

async function run(options: {
  seconds: number;
  seed: number;
}): Promise<{ passed: number; failed: number; note: string }> {
  const random = randomFrom(options.seed);
  const files = seedFiles();
  const end = performance.now() + options.seconds * 1000;
  const counts = { read: 0, refused: 0, failed: 0 };
  const failures: string[] = [];
  let slowest = 0;
  for (let turn = 0; performance.now() < end; turn++) {
    const mutant = mutate(files[random(files.length)] ?? new Uint8Array(0), random);
    const from = performance.now();
    try {
      if (readMutant(mutant, random)) counts.read++;
      else counts.refused++;
    } catch (error) {
      counts.failed++;
      if (failures.length < 3) failures.push(`mutant ${turn} of seed ${options.seed}: ${String(error)}`);
    }
    slowest = Math.max(slowest, performance.now() - from);
  }
  const total = counts.read + counts.refused + counts.failed;
  const note = `${total} mutants: ${counts.read} read, ${counts.refused} refused, slowest ${slowest.toFixed(0)} ms`;
  return { passed: total - counts.failed, failed: counts.failed, note: [note, ...failures].join('; ') };
}

/** The stage of the long tier. */
export const stage = { name: 'capture', run };
