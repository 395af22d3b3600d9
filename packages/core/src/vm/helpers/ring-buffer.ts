import type { MapType } from '../../abi/map-types.gen.ts';
import { Errno } from '../../maps/errno.ts';
import { RingBuffer } from '../../maps/ring-buffer.ts';
import type { Run } from '../run.ts';
import { high, mapOf, readableOrNull, returnPair, sizeOf } from './arguments.ts';
import { ALL, define, type HelperDefinition, signed } from './definition.ts';

const types: ReadonlySet<MapType> = new Set(['ringbuf']);
const TWO_32 = 2 ** 32;

/** Records that a program may hold at once: far more than one that the kernel's verifier accepts ever does. */
const MAX_RECORDS = 1024;

function ringOf(run: Run): RingBuffer {
  const map = mapOf(run, 1, types);
  return map instanceof RingBuffer ? map : run.fault(`map ${map.definition.name} is no ring buffer`);
}

function reserve(run: Run): void {
  const ring = ringOf(run);
  if (run.records.size === MAX_RECORDS) {
    run.fault(`the program holds ${MAX_RECORDS} records already`, 'submit or discard what ringbuf_reserve gave');
  }
  const fits = high(run, 2) === 0 && high(run, 3) === 0;
  const address = fits ? ring.reserve(run.unsigned(2), run.low(3)) : 0;
  if (address !== 0) run.records.set(address, ring);
  run.returnUnsigned(address);
}

function finish(run: Run, how: 'submit' | 'discard'): void {
  const address = run.unsigned(1);
  const { records } = run;
  const error = high(run, 1) === 0 ? records.get(address)?.[how](address, run.low(2)) : undefined;
  if (error !== 0) {
    run.fault(`argument 1 of ringbuf_${how} is no reserved record`, 'pass what ringbuf_reserve gave, once');
  }
  records.delete(address);
  run.returnUnsigned(0);
}

function output(run: Run): number {
  const ring = ringOf(run);
  const size = sizeOf(run, 3);
  const data = readableOrNull(run, 2, size);
  if (high(run, 4) !== 0) return Errno.EINVAL;
  return ring.output(data, size, run.low(4));
}

function query(run: Run): void {
  const value = high(run, 2) === 0 ? ringOf(run).query(run.unsigned(2)) : 0;
  returnPair(run, value | 0, Math.floor(value / TWO_32));
}

/** `bpf_ringbuf_output`, `_reserve`, `_submit`, `_discard`, `_query` (Linux 5.8). */
export const ringBufferHelpers: readonly HelperDefinition[] = [
  define('ringbuf_output', ALL, signed(output)),
  define('ringbuf_reserve', ALL, reserve),
  define('ringbuf_submit', ALL, (run) => finish(run, 'submit')),
  define('ringbuf_discard', ALL, (run) => finish(run, 'discard')),
  define('ringbuf_query', ALL, query),
];
