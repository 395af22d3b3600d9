import { expect } from 'vitest';
import { type Collection, EventStream, loadCollection } from '../../core/src/host/index.ts';
import { assembled, frame, mapOf, programOf } from '../../core/test/host/cases/case.ts';
import { needsBpf } from '../../core/test/support/needs.ts';
import { kernel } from '../src/index.ts';
import { Folder } from './support/pin-folder.ts';

const bpf = needsBpf();

const emitter = `
  .license "GPL"
  .struct event { u32 length; __be32 address; }
  .map events, type=ringbuf, value=struct event, max_entries=4096
  .section xdp
  .globl main
main:
  r2 = 64
  *(u32 *)(r10 - 8) = r2
  r2 = 0x0100000a
  *(u32 *)(r10 - 4) = r2
  r1 = events ll
  r2 = r10
  r2 += -8
  r3 = 8
  r4 = 0
  call bpf_ringbuf_output
  r0 = 2
  exit
`;
const record = { length: 64, address: '10.0.0.1' };

bpf.test('whoever waits for records is woken by those that programs write by themselves', async () => {
  const host = kernel();
  const collection = loadCollection(assembled(emitter), host);
  try {
    const events = mapOf(collection, 'events');
    // Past the handle, as if an event in the kernel had run the program.
    setTimeout(() => programOf(collection, 'main').program.run(frame(), { repeat: 3 }), 20);
    const seen: unknown[] = [];
    for await (const event of events) {
      seen.push(event);
      if (seen.length === 3) break;
    }
    expect(seen).toEqual([record, record, record]);
    expect(events.drain()).toEqual([]);
  } finally {
    collection.dispose();
    host.dispose();
  }
});

bpf.test('waiting ends when the collection does', async () => {
  const host = kernel();
  const collection = loadCollection(assembled(emitter), host);
  setTimeout(() => collection.dispose(), 20);
  for await (const event of mapOf(collection, 'events')) expect(event).toBe('no record');
  host.dispose();
});

bpf.test('with a pause between wake-ups events come later and none is missed', async () => {
  const host = kernel();
  const collection = loadCollection(assembled(emitter), host);
  const emit = () => programOf(collection, 'main').program.run(frame());
  const times: number[] = [];
  emit();
  for await (const batch of streamOf(collection).batches({ every: 40 })) {
    expect(batch.length).toBe(1);
    times.push(performance.now());
    if (times.length === 3) break;
    emit();
  }
  // The first two are there before anybody was told to wait.
  expect((times[2] ?? 0) - (times[1] ?? 0)).toBeGreaterThan(35);
  collection.dispose();
  host.dispose();
});

bpf.test('several readers share the records, and all end with the collection', async () => {
  const host = kernel();
  const collection = loadCollection(assembled(emitter), host);
  let seen = 0;
  const readers = [1, 2, 3].map(async () => {
    for await (const event of mapOf(collection, 'events')) {
      expect(event).toEqual(record);
      seen += 1;
      if (seen === 40) collection.dispose();
    }
  });
  for (let turn = 0; turn < 10; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    programOf(collection, 'main').program.run(frame(), { repeat: 4 });
  }
  await Promise.all(readers);
  expect(seen).toBe(40);
  host.dispose();
});

bpf.test('a large ring buffer that is full to the edge is read in one go', () => {
  const host = kernel();
  const collection = loadCollection(assembled(emitter.replace('=4096', `=${2 ** 22}`)), host);
  // A record takes 16 bytes, and one byte always stays free.
  const room = 2 ** 18 - 1;
  programOf(collection, 'main').run(frame(), { repeat: room + 1000 });
  expect(mapOf(collection, 'events').map.drain()).toHaveLength(room);
  programOf(collection, 'main').run(frame(), { repeat: 3 });
  expect(mapOf(collection, 'events').drain()).toEqual([record, record, record]);
  collection.dispose();
  host.dispose();
});

const sender = `
  .license "GPL"
  .struct event { u64 length; u64 time; }
  .map events, type=perf_event_array, value=struct event
  .section xdp
  .globl main
main:
  r2 = *(u32 *)(r1 + 4)
  r3 = *(u32 *)(r1 + 0)
  r2 -= r3
  *(u64 *)(r10 - 16) = r2
  r2 = 7
  *(u64 *)(r10 - 8) = r2
  r2 = events ll
  r3 = 0xffffffff ll
  r4 = r10
  r4 += -16
  r5 = 16
  call bpf_perf_event_output
  r0 = 2
  exit
`;

bpf.test('a pinned perf event array that is used again receives from the start', () => {
  const host = kernel();
  using folder = new Folder(host);
  folder.path('events');
  const text = sender.replace('type=perf_event_array,', 'type=perf_event_array, pinning=name,');
  loadCollection(assembled(text), host, { pinPath: folder.directory }).dispose();
  const collection = loadCollection(assembled(text), host, { pinPath: folder.directory });
  programOf(collection, 'main').run(frame());
  expect(mapOf(collection, 'events').drain()).toEqual([{ length: 64n, time: 7n }]);
  collection.dispose();
  host.dispose();
});

bpf.test('samples of a perf event array', async () => {
  const host = kernel();
  const collection = loadCollection(assembled(sender), host);
  const events = mapOf(collection, 'events');
  programOf(collection, 'main').run(frame());
  expect(events.drain()).toEqual([{ length: 64n, time: 7n }]);
  setTimeout(() => programOf(collection, 'main').program.run(frame(), { repeat: 3 }), 20);
  const seen: unknown[] = [];
  for await (const event of events) {
    seen.push(event);
    if (seen.length === 3) break;
  }
  expect(seen.length).toBe(3);
  collection.dispose();
  host.dispose();
});

bpf.test(
  'many samples of a perf event array that came at once are all read, without another to wake the reader',
  async () => {
    const host = kernel();
    const collection = loadCollection(assembled(sender), host);
    programOf(collection, 'main').program.run(frame(), { repeat: 3000 });
    let seen = 0;
    for await (const _ of mapOf(collection, 'events')) {
      seen += 1;
      if (seen === 3000) break;
    }
    expect(seen).toBe(3000);
    collection.dispose();
    host.dispose();
  },
);

bpf.test('samples of a perf event array that found no room are counted', () => {
  const host = kernel();
  const collection = loadCollection(assembled(sender), host);
  const events = streamOf(collection);
  const send = (repeat: number) => programOf(collection, 'main').run(frame(), { repeat });
  let sent = 20_000;
  send(sent);
  let got = events.drain().length;
  expect(got).toBeLessThan(sent);
  // The kernel tells the loss of a CPU with the next sample there.
  for (let turn = 0; turn < 200 && got + (events.lost ?? 0) < sent; turn += 1) {
    send(1);
    sent += 1;
    got += events.drain().length;
  }
  expect(got + (events.lost ?? 0)).toBe(sent);
  const { lost } = events;
  collection.dispose();
  expect(events.lost).toBe(lost);
  host.dispose();
});

function streamOf(collection: Collection): EventStream {
  const map = mapOf(collection, 'events');
  if (map instanceof EventStream) return map;
  throw new Error('no stream');
}
