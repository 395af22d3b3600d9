/**
 * Streaming a capture of 1,000,000 packets from a file: packets/s and peak memory. Each measurement is a process of
 * its own, so that its peak is the stream's; both include the start of Node. tcpdump copies the same file for
 * comparison, where it is installed.
 */
import { spawnSync } from 'node:child_process';
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import {
  type CaptureWriter,
  PcapngWriter,
  PcapWriter,
  packet,
  readCapture,
  tcpFlags,
  type WritablePacket,
  writeCapture,
} from '../packages/core/src/net/index.ts';
import { type Bench, type Figure, median } from './figure.ts';

const PACKETS = 1_000_000;
const ROUNDS = 3;
const MEMORY_LIMIT = 200;
const SPEED_LIMIT = 2;

/** A capture of `count` packets of 60 to 560 bytes from 64 addresses. */
export function* bigCapture(count: number): Generator<WritablePacket> {
  const frames = Array.from({ length: 64 }, (_, host) =>
    packet()
      .eth()
      .ipv4({ src: `10.0.0.${host + 1}`, dst: '10.0.1.1' })
      .tcp({ src: 1024 + host, flags: tcpFlags.ack })
      .payload(new Uint8Array(6 + ((host * 61) % 500)))
      .bytes(),
  );
  for (let index = 0; index < count; index++) {
    const data = frames[(index * 31) % frames.length] ?? new Uint8Array(60);
    yield { seconds: 1_700_000_000 + Math.floor(index / 1000), nanoseconds: (index % 1000) * 1_000_000, data };
  }
}

interface Measured {
  packets: number;
  /** Of the stream, without the start of Node. */
  milliseconds: number;
  /** Peak resident memory of the process. */
  megabytes: number;
}

/** Reads the file as a stream and prints what it took: the work of the child process. */
async function readFile(path: string): Promise<Measured> {
  const from = performance.now();
  let packets = 0;
  let bytes = 0;
  for await (const batch of readCapture(createReadStream(path)).batches()) {
    packets += batch.length;
    for (const { data } of batch) bytes += data.length;
  }
  if (bytes === 0) throw new Error('no bytes');
  const milliseconds = performance.now() - from;
  return { packets, milliseconds, megabytes: process.resourceUsage().maxRSS / 1024 };
}

function measure(path: string): Measured {
  const { stdout, stderr } = spawnSync(process.execPath, [...process.execArgv, import.meta.filename, path], {
    encoding: 'utf8',
  });
  if (stdout === '') throw new Error(`the measuring process failed: ${stderr}`);
  return JSON.parse(stdout) as Measured;
}

/** Million packets/s of tcpdump copying the file, its start included; undefined without tcpdump. */
function measureTcpdump(path: string): number | undefined {
  const from = performance.now();
  const { status } = spawnSync('tcpdump', ['-r', path, '-w', '/dev/null'], { stdio: 'ignore' });
  return status === 0 ? PACKETS / (performance.now() - from) / 1000 : undefined;
}

async function measureFormat(group: string, path: string, writer: CaptureWriter): Promise<Figure[]> {
  await pipeline(Readable.from(writeCapture(writer, bigCapture(PACKETS))), createWriteStream(path));
  const rounds = Array.from({ length: ROUNDS }, () => ({ ours: measure(path), peer: measureTcpdump(path) }));
  rmSync(path);
  if (rounds.some(({ ours }) => ours.packets !== PACKETS)) throw new Error(`${group}: packets are missing`);
  const speed = median(rounds.map(({ ours }) => ours.packets / ours.milliseconds / 1000));
  const peers = rounds.flatMap(({ peer }) => (peer === undefined ? [] : [peer]));
  const peer = median(peers);
  const memory = Math.max(...rounds.map(({ ours }) => ours.megabytes));
  return [
    {
      group,
      figure: 'streaming read',
      ours: speed,
      unit: 'M packets/s',
      ...(peers.length === 0 ? {} : { peer, peerName: 'tcpdump -r -w', ratio: speed / peer }),
      target: `> ${SPEED_LIMIT} M packets/s`,
      met: speed > SPEED_LIMIT,
    },
    {
      group,
      figure: 'peak memory',
      ours: memory,
      unit: 'MB',
      target: `< ${MEMORY_LIMIT} MB`,
      met: memory < MEMORY_LIMIT,
    },
  ];
}

async function run(): Promise<Figure[]> {
  const directory = mkdtempSync(join(tmpdir(), 'skep-'));
  try {
    const path = join(directory, 'big.capture');
    return [
      ...(await measureFormat('pcap, 1,000,000 packets', path, new PcapWriter())),
      ...(await measureFormat('pcapng, 1,000,000 packets', path, new PcapngWriter())),
    ];
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The benchmark. */
export const bench: Bench = { name: 'capture', run };

const [, script, path] = process.argv;
if (script !== undefined && path !== undefined && import.meta.url === pathToFileURL(script).href) {
  console.log(JSON.stringify(await readFile(path)));
}
