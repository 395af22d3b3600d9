/** A process that reads events in one of several ways; events-process.test.ts runs it and sees how it ends. */
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { loadCollection } from '../../core/src/host/index.ts';
import { assembled, frame, mapOf, programOf } from '../../core/test/host/cases/case.ts';
import { kernel } from '../src/index.ts';

const emitter = `
  .map events, type=ringbuf, max_entries=4096
  .section xdp
main:
  *(u32 *)(r10 - 4) = 7
  r1 = events ll
  r2 = r10
  r2 += -4
  r3 = 4
  r4 = 0
  call bpf_ringbuf_output
  r0 = 2
  exit
`;

const host = kernel();
const collection = loadCollection(assembled(emitter), host);
const events = mapOf(collection, 'events');
/** Past the handle, as if an event in the kernel had run the program. */
const emit = () => programOf(collection, 'main').program.run(frame());

async function first(): Promise<void> {
  for await (const event of events) {
    console.log(`event ${event}`);
    return;
  }
}

const ways: Readonly<Record<string, () => Promise<void>>> = {
  /** Waiting keeps the process alive; a ring that nobody waits for any more does not. */
  async waits() {
    setTimeout(emit, 20).unref();
    await first();
  },
  async exits() {
    setTimeout(() => process.exit(5), 20);
    await first();
  },
  async throws() {
    setTimeout(emit, 20);
    for await (const event of events) throw new Error(`thrown at ${event}`);
  },
  /** In a thread of its own, whose event loop libuv's default is not. */
  async thread() {
    const start = `const { workerData } = require('node:worker_threads');
      import('tsx/esm/api').then(({ tsImport }) => tsImport(workerData.url, workerData.url));`;
    const worker = new Worker(start, { eval: true, workerData: { way: 'waits alive', url: import.meta.url } });
    await new Promise((resolve) => worker.on('exit', resolve));
  },
  async 'waits alive'() {
    setTimeout(emit, 20);
    await first();
  },
};

await ways[isMainThread ? (process.argv[2] ?? '') : workerData.way]?.();
