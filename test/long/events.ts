import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { type Collection, EventStream, loadCollection, type MapHandle } from '../../packages/core/src/host/index.ts';
import { assembleElf } from '../../packages/core/src/object/assembly/index.ts';
import { collectionFromElf } from '../../packages/core/src/object/index.ts';
import { whyNoBpf } from '../../packages/core/test/support/tools.ts';
import { kernel } from '../../packages/kernel/src/index.ts';

/** Milliseconds that one round writes. */
const ROUND = 1500;
/** Milliseconds after which events that nobody read count as forgotten. */
const PATIENCE = 5000;

/**
 * Numbers each event by what was sent before on the same CPU, and counts only those that found room: whoever reads all
 * sees 0, 1, 2 .. for each CPU, whatever a full buffer refused. The CPU stands in the upper half of the other word.
 */
const counting = (name: string, output: string) => `
  .section tc
  .globl ${name}
${name}:
  r9 = r1
  r6 = 20
${name}_loop:
  *(u32 *)(r10 - 4) = 0
  r2 = r10
  r2 += -4
  r1 = ${name}_sent ll
  call bpf_map_lookup_elem
  if r0 == 0 goto ${name}_out
  r7 = r0
  call bpf_get_smp_processor_id
  r0 <<= 32
  *(u64 *)(r10 - 24) = r0
  r1 = *(u64 *)(r7 + 0)
  *(u64 *)(r10 - 16) = r1
  ${output}
  if r0 != 0 goto ${name}_next
  r1 = *(u64 *)(r7 + 0)
  r1 += 1
  *(u64 *)(r7 + 0) = r1
${name}_next:
  r6 += -1
  if r6 != 0 goto ${name}_loop
${name}_out:
  r0 = 0
  exit
`;

const program = (ringSize: number) => `
  .license "GPL"
  .map ring, type=ringbuf, max_entries=${ringSize}
  .map perf, type=perf_event_array
  .map ring_writer_sent, type=percpu_array, key=u32, value=u64, max_entries=1
  .map perf_writer_sent, type=percpu_array, key=u32, value=u64, max_entries=1
  .map table, type=hash, key=u32, value=u64, max_entries=256
  .map orders, type=user_ringbuf, max_entries=4096
  .text
take:
  r0 = 0
  exit
  .section tc
  .globl serve
serve:
  r1 = orders ll
  r2 = take ll
  r3 = 0
  r4 = 0
  call bpf_user_ringbuf_drain
  exit
${counting(
  'ring_writer',
  `r1 = ring ll
  r2 = r10
  r2 += -24
  r3 = 16
  r4 = 0
  call bpf_ringbuf_output`,
)}
${counting(
  'perf_writer',
  `r1 = r9
  r2 = perf ll
  r3 = 0xffffffff ll
  r4 = r10
  r4 += -24
  r5 = 16
  call bpf_perf_event_output`,
)}
`;

/** Random numbers below `limit`, the same for the same seed (xorshift). */
function generator(seed: number): (limit: number) => number {
  let state = seed | 0 || 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

/** Takes events and says which do not follow. */
class Sequence {
  readonly #next = new Map<number, bigint>();
  readonly wrong: string[] = [];
  count = 0;

  take(cpu: number, number: bigint): void {
    const expected = this.#next.get(cpu) ?? 0n;
    if (number !== expected) this.wrong.push(`CPU ${cpu}: ${number} where ${expected} was due`);
    this.#next.set(cpu, number + 1n);
    this.count += 1;
  }

  /** Compares with what the program counted on each CPU. */
  finish(sent: readonly bigint[]): void {
    for (const [cpu, count] of sent.entries()) {
      const got = this.#next.get(cpu) ?? 0n;
      if (got !== count) this.wrong.push(`CPU ${cpu}: ${got} of ${count} arrived`);
    }
  }
}

/** A thread that runs programs by their descriptors, which it shares with this one; resolves when it is done. */
function write(descriptors: readonly number[], milliseconds: number, pause: number): Promise<void> {
  const url = new URL('support/run-programs.ts', import.meta.url).href;
  const start = `const { workerData } = require('node:worker_threads');
    import('tsx/esm/api').then(({ tsImport }) => tsImport(workerData.url, workerData.url));`;
  return new Promise((resolve, reject) => {
    const worker = new Worker(start, { eval: true, workerData: { url, descriptors, milliseconds, pause } });
    worker.on('error', reject);
    worker.on('exit', () => resolve());
  });
}

/** Collects garbage, with garbage made before so that freed memory is used again. */
function collectGarbage(gc: (options?: object) => void, random: (limit: number) => number): void {
  for (let count = random(20); count > 0; count -= 1) new Uint8Array(64 + random(4096)).fill(0xa5);
  if (random(4) === 0) gc();
  else gc({ type: 'minor' });
}

function streamOf(collection: Collection, name: string): EventStream {
  const map = collection.maps[name];
  if (map instanceof EventStream) return map;
  throw new Error(`no events ${name}`);
}

interface Setting {
  readonly gc: (options?: object) => void;
  readonly random: (limit: number) => number;
}

async function readRing(stream: EventStream, sequence: Sequence, { gc, random }: Setting): Promise<void> {
  const every = random(3) === 0 ? random(20) : 0;
  for await (const batch of stream.batches({ every })) {
    if (random(8) === 0) collectGarbage(gc, random);
    for (let index = 0; index < batch.length; index += 1) {
      const at = batch.start(index);
      sequence.take(batch.view.getUint32(at + 4, true), batch.view.getBigUint64(at + 8, true));
    }
  }
}

async function readPerf(stream: EventStream, sequence: Sequence, { gc, random }: Setting): Promise<void> {
  for await (const value of stream.read({ every: random(5) })) {
    if (random(2000) === 0) collectGarbage(gc, random);
    const bytes = Buffer.from(String(value).replaceAll(' ', ''), 'hex');
    sequence.take(bytes.readUInt32LE(4), bytes.readBigUInt64LE(8));
  }
}

/** Writes, reads and deletes entries, and checks what is there. */
function useMap(table: MapHandle, { random }: Setting): void {
  for (let count = 0; count < 50; count += 1) {
    const key = random(256);
    table.set(key, BigInt(key) * 3n);
    if (table.get(key) !== BigInt(key) * 3n) throw new Error(`entry ${key} is ${table.get(key)}`);
    if (random(4) === 0) table.delete(key);
  }
  if (random(10) === 0) {
    for (const [key, value] of table) if (value !== BigInt(Number(key)) * 3n) throw new Error(`entry ${key}: ${value}`);
  }
}

/** Sends records of several sizes to a program, which says how many it got. */
function push(collection: Collection, { gc, random }: Setting): void {
  const sent = 1 + random(8);
  for (let count = 0; count < sent; count += 1) collection.maps.orders?.push(new Uint8Array(1 + random(200)));
  if (random(20) === 0) collectGarbage(gc, random);
  const { code } = collection.programs.serve?.run(new Uint8Array(64)) ?? {};
  if (code !== sent) throw new Error(`${code} of ${sent} records reached the program`);
}

/** A collection that ends while it is waited for. */
async function waitInVain(setting: Setting): Promise<void> {
  const host = kernel();
  const collection = load(4096, host);
  const readers = ['ring', 'perf'].map(async (name) => {
    for await (const value of streamOf(collection, name)) throw new Error(`nobody sent ${value}`);
  });
  await new Promise((resolve) => setTimeout(resolve, setting.random(4)));
  collection.dispose();
  host.dispose();
  collectGarbage(setting.gc, setting.random);
  await Promise.all(readers);
}

function load(ringSize: number, host: ReturnType<typeof kernel>): Collection {
  return loadCollection(collectionFromElf(assembleElf(program(ringSize), { file: 'events.s' })), host);
}

/** How many of each program's events found room, for each CPU. */
function sentBy(collection: Collection, name: string): bigint[] {
  const sent = collection.maps[`${name}_sent`]?.get(0);
  return Array.isArray(sent) ? [...sent] : [];
}

async function round(setting: Setting): Promise<{ readonly counts: readonly number[]; readonly wrong: string[] }> {
  const { random } = setting;
  const host = kernel();
  const collection = load(4096 * 2 ** random(10), host);
  const ring = new Sequence();
  const perf = new Sequence();
  const readers = [
    readRing(streamOf(collection, 'ring'), ring, setting),
    readPerf(streamOf(collection, 'perf'), perf, setting),
  ];
  const descriptors = ['ring_writer', 'perf_writer'].map((name) => descriptorOf(collection, name));
  let writing = true;
  const writer = write(descriptors, ROUND, random(2)).finally(() => {
    writing = false;
  });
  while (writing) {
    if (collection.maps.table !== undefined) useMap(collection.maps.table, setting);
    push(collection, setting);
    await waitInVain(setting);
  }
  await writer;
  const sent = [sentBy(collection, 'ring_writer'), sentBy(collection, 'perf_writer')];
  const total = sent.flat().reduce((sum, count) => sum + count, 0n);
  // What waits must arrive before the collection ends, which would give the rest out.
  const late = performance.now() + PATIENCE;
  while (BigInt(ring.count + perf.count) < total && performance.now() < late) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const stalled = BigInt(ring.count + perf.count) < total ? ['a reader was not woken'] : [];
  collection.dispose();
  await Promise.all(readers);
  host.dispose();
  ring.finish(sent[0] ?? []);
  perf.finish(sent[1] ?? []);
  return { counts: [ring.count, perf.count], wrong: [...stalled, ...ring.wrong, ...perf.wrong].slice(0, 5) };
}

function descriptorOf(collection: Collection, name: string): number {
  const program = collection.programs[name]?.program;
  if (program !== undefined && 'descriptor' in program && typeof program.descriptor === 'number')
    return program.descriptor;
  throw new Error(`no program ${name}`);
}

/** The garbage collector, which Node shows only where a flag asks for it. */
function exposeGc(): (options?: object) => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as (options?: object) => void;
}

/** No event of ring buffers and perf event arrays is lost or twice there, under forced garbage collection. */
export const stage: {
  readonly name: string;
  run(options: { seconds: number; seed: number }): Promise<{ passed: number; failed: number; note: string }>;
} = {
  name: 'events',
  async run({ seconds, seed }) {
    const why = whyNoBpf();
    if (why !== undefined) {
      const skipped = `skipped: needs ${why}`;
      return process.env.SKEP_NO_SKIP === '1'
        ? { passed: 0, failed: 1, note: skipped }
        : { passed: 1, failed: 0, note: skipped };
    }
    const setting: Setting = { gc: exposeGc(), random: generator(seed) };
    const end = performance.now() + seconds * 1000;
    const totals = [0, 0];
    const wrong: string[] = [];
    let rounds = 0;
    while (performance.now() < end - ROUND && wrong.length === 0) {
      const result = await round(setting);
      rounds += 1;
      wrong.push(...result.wrong);
      for (const [index, count] of result.counts.entries()) totals[index] = (totals[index] ?? 0) + count;
      if (result.counts.includes(0)) wrong.push(`round ${rounds}: no events`);
    }
    const note = `${totals[0]} events of ring buffers, ${totals[1]} of perf event arrays (seed ${seed})`;
    return { passed: rounds, failed: wrong.length, note: [note, ...wrong].join('\n') };
  },
};
