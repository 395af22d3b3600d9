import { workerData } from 'node:worker_threads';
import { Bpf } from '../../../packages/kernel/src/bpf/bpf.ts';
import { KoffiDriver } from '../../../packages/kernel/src/ffi/koffi.ts';

/** A thread of its own that runs programs by their descriptors: what it is given. */
interface Work {
  readonly descriptors: readonly number[];
  readonly milliseconds: number;
  /** Milliseconds between two turns; 0 for none. */
  readonly pause: number;
}

const { descriptors, milliseconds, pause } = workerData as Work;
const bpf = new Bpf(new KoffiDriver());
const packet = new Uint8Array(64);
const runs = descriptors.map((descriptor) =>
  bpf.attr('test', { prog_fd: descriptor, data_in: packet, data_size_in: packet.length, repeat: 20 }),
);
const clock = new Int32Array(new SharedArrayBuffer(4));
const end = performance.now() + milliseconds;
while (performance.now() < end) {
  for (const run of runs) {
    const result = bpf.call('prog_test_run', run);
    if (result < 0) throw new Error(`the run failed: ${result}`);
  }
  if (pause > 0) Atomics.wait(clock, 0, 0, pause);
}
