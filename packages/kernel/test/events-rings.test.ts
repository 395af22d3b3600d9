import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recordsOf } from '../../core/src/host/index.ts';
import type { MapSpec } from '../../core/src/object/index.ts';
import { Bpf } from '../src/bpf/bpf.ts';
import { pageSize, pageSizeIn } from '../src/events/page-size.ts';
import { PerfBufferReader } from '../src/events/perf-buffer.ts';
import { PerfRing } from '../src/events/perf-ring.ts';
import { RecordWatch } from '../src/events/record-watch.ts';
import { RingBufferReader } from '../src/events/ring-buffer.ts';
import { UserRingBufferWriter } from '../src/events/user-ring-buffer.ts';
import type { Ffi } from '../src/ffi/ffi.ts';
import { KoffiDriver } from '../src/ffi/koffi.ts';
import { syscallNumbers } from '../src/ffi/syscall-numbers.ts';

const BUSY = 0x80000000;
const DISCARD = 0x40000000;
const page = pageSize();

/** A driver whose mappings are these, by their offset; whatever else is asked fails. */
function mapping(byOffset: Readonly<Record<number, ArrayBuffer>>, unmapped: number[] = []): Ffi {
  const refuse = () => {
    throw new Error('not expected');
  };
  return {
    syscall: refuse,
    syscall3: refuse,
    address: refuse,
    symbol: refuse,
    callback: refuse,
    map: (_, length, { offset = 0 }) => {
      const bytes = byOffset[offset];
      if (bytes === undefined) return -22;
      expect(bytes.byteLength).toBe(length);
      return { address: 0n, bytes, unmap: () => unmapped.push(offset) };
    },
  };
}

function specOf(type: 'ringbuf' | 'user_ringbuf', maxEntries: number): MapSpec {
  return { name: 'events', type, maxEntries } as MapSpec;
}

/** The kernel's side of a ring buffer whose positions begin somewhere. */
class FakeRing {
  readonly consumer: ArrayBuffer = new ArrayBuffer(page);
  readonly producer: ArrayBuffer;
  readonly size: number;
  readonly unmapped: number[] = [];
  readonly ffi: Ffi;

  constructor(size: number, position = 0n) {
    this.size = size;
    this.producer = new ArrayBuffer(page + 2 * size);
    this.consumed = position;
    this.produced = position;
    this.ffi = mapping({ 0: this.consumer, [page]: this.producer }, this.unmapped);
  }

  get consumed(): bigint {
    return new BigUint64Array(this.consumer)[0] ?? 0n;
  }
  set consumed(position: bigint) {
    new BigUint64Array(this.consumer)[0] = position;
  }
  get produced(): bigint {
    return new BigUint64Array(this.producer)[0] ?? 0n;
  }
  set produced(position: bigint) {
    new BigUint64Array(this.producer)[0] = position;
  }

  /** Writes bytes at a position, as memory that is mapped twice shows them. */
  write(position: bigint, bytes: Uint8Array): void {
    const data = new Uint8Array(this.producer, page);
    for (const [index, byte] of bytes.entries()) {
      const at = Number((position + BigInt(index)) % BigInt(this.size));
      data[at] = byte;
      data[at + this.size] = byte;
    }
  }

  /** A record with flags; its position. */
  put(record: Uint8Array, flags = 0): bigint {
    const position = this.produced;
    const head = new Uint8Array(8);
    new DataView(head.buffer).setUint32(0, (record.length | flags) >>> 0, true);
    this.write(position, head);
    this.write(position + 8n, record);
    this.produced = BigInt.asUintN(64, position + 8n + BigInt(Math.ceil(record.length / 8) * 8));
    return position;
  }

  release(position: bigint, length: number): void {
    const head = new Uint8Array(4);
    new DataView(head.buffer).setUint32(0, length, true);
    this.write(position, head);
  }
}

const all = Number.POSITIVE_INFINITY;

describe('ring buffer', () => {
  test.each([
    ['at the start', 0n],
    ['where a number of 32 bits ends', 2n ** 32n - 24n],
    ['where numbers are exact no more', 2n ** 53n - 8n],
    ['where 64 bits end', 2n ** 64n - 32n],
  ])('records come in order, around the edge: %s', (_, position) => {
    const ring = new FakeRing(4096, position);
    const reader = new RingBufferReader(ring.ffi, 3, specOf('ringbuf', 4096));
    for (let turn = 0; turn < 200; turn += 1) {
      const records = [1, 8, 13].map((length) => new Uint8Array(length).fill(turn));
      for (const record of records) ring.put(record);
      expect(recordsOf(reader.take(all))).toEqual(records);
    }
    expect(ring.consumed).toBe(ring.produced);
    expect(reader.pending).toBe(false);
  });

  test('it stops at a record that is being written, and goes on when it is there', () => {
    const ring = new FakeRing(4096);
    const reader = new RingBufferReader(ring.ffi, 3, specOf('ringbuf', 4096));
    ring.put(Uint8Array.of(1));
    const busy = ring.put(Uint8Array.of(2), BUSY);
    ring.put(Uint8Array.of(3));
    expect(recordsOf(reader.take(all))).toEqual([Uint8Array.of(1)]);
    expect(ring.consumed).toBe(16n);
    expect(reader.stalled).toBe(false);
    expect(recordsOf(reader.take(all))).toEqual([]);
    expect(reader.stalled).toBe(true);
    ring.release(busy, 1);
    expect(recordsOf(reader.take(all))).toEqual([Uint8Array.of(2), Uint8Array.of(3)]);
  });

  test('whoever waits for a record that is being written looks now and then, not in every turn of the loop', async () => {
    const ring = new FakeRing(4096);
    // The event loop takes no such descriptor.
    const reader = new RingBufferReader(ring.ffi, -1, specOf('ringbuf', 4096));
    const watch = new RecordWatch(new KoffiDriver(), reader);
    const busy = ring.put(Uint8Array.of(2), BUSY);
    const from = performance.now();
    let looks = 0;
    while (reader.take(all).starts.length === 0 && looks < 100) {
      await new Promise<void>((resolve) => watch.watch(resolve, 0));
      looks += 1;
      if (looks === 4) ring.release(busy, 1);
    }
    watch.dispose();
    expect(looks).toBe(4);
    expect(performance.now() - from).toBeGreaterThan(4 * 4);
  });

  test('what was discarded is passed over, alone too', () => {
    const ring = new FakeRing(4096);
    const reader = new RingBufferReader(ring.ffi, 3, specOf('ringbuf', 4096));
    ring.put(new Uint8Array(100), DISCARD);
    expect(recordsOf(reader.take(all))).toEqual([]);
    expect(ring.consumed).toBe(112n);
    ring.put(Uint8Array.of(1));
    ring.put(Uint8Array.of(2), DISCARD);
    ring.put(new Uint8Array(0));
    expect(recordsOf(reader.take(all))).toEqual([Uint8Array.of(1), new Uint8Array(0)]);
  });

  test('no more are taken than asked for, and a batch stays as it is', () => {
    const ring = new FakeRing(4096);
    const reader = new RingBufferReader(ring.ffi, 3, specOf('ringbuf', 4096));
    for (let value = 0; value < 5; value += 1) ring.put(Uint8Array.of(value));
    const first = recordsOf(reader.take(2));
    expect(first).toHaveLength(2);
    const rest = recordsOf(reader.take(all));
    for (let value = 100; value < 300; value += 1) {
      ring.put(Uint8Array.of(value));
      reader.take(all);
    }
    expect([...first, ...rest]).toEqual([0, 1, 2, 3, 4].map((value) => Uint8Array.of(value)));
  });

  test('once disposed of it gives nothing and touches no memory; the mappings go once', () => {
    const ring = new FakeRing(4096);
    const reader = new RingBufferReader(ring.ffi, 3, specOf('ringbuf', 4096));
    ring.put(Uint8Array.of(1));
    reader.dispose();
    reader.dispose();
    expect(reader.pending).toBe(false);
    expect(recordsOf(reader.take(all))).toEqual([]);
    expect(ring.unmapped).toEqual([0, page]);
  });

  test('a mapping that the kernel refuses is an error, and the other one goes', () => {
    const unmapped: number[] = [];
    const ffi = mapping({ 0: new ArrayBuffer(page) }, unmapped);
    expect(() => new RingBufferReader(ffi, 3, specOf('ringbuf', 4096))).toThrow(
      expect.objectContaining({ code: 'SKEP_NOT_SUPPORTED', errno: 'EINVAL' }),
    );
    expect(unmapped).toEqual([0]);
  });
});

/** The kernel's side of a perf ring. */
class FakePerf {
  readonly bytes: ArrayBuffer;
  readonly size: number;
  readonly ring: PerfRing;

  constructor(size: number, position: bigint) {
    this.size = size;
    this.bytes = new ArrayBuffer(page + size);
    this.head = position;
    new BigUint64Array(this.bytes, 1032, 1)[0] = position;
    this.ring = new PerfRing(mapping({ 0: this.bytes }), 3, page, size, 'a ring');
  }

  get head(): bigint {
    return new BigUint64Array(this.bytes, 1024, 1)[0] ?? 0n;
  }
  set head(position: bigint) {
    new BigUint64Array(this.bytes, 1024, 1)[0] = position;
  }

  #put(kind: number, body: Uint8Array): void {
    const record = new Uint8Array(8 + body.length);
    const view = new DataView(record.buffer);
    view.setUint32(0, kind, true);
    view.setUint16(6, record.length, true);
    record.set(body, 8);
    const data = new Uint8Array(this.bytes, page);
    const head = this.head;
    for (const [index, byte] of record.entries()) data[Number((head + BigInt(index)) % BigInt(this.size))] = byte;
    this.head = BigInt.asUintN(64, head + BigInt(record.length));
  }

  sample(data: Uint8Array): void {
    const size = Math.ceil((data.length + 4) / 8) * 8 - 4;
    const body = new Uint8Array(4 + size);
    new DataView(body.buffer).setUint32(0, size, true);
    body.set(data, 4);
    this.#put(9, body);
  }

  lose(count: bigint): void {
    const body = new Uint8Array(16);
    new DataView(body.buffer).setBigUint64(8, count, true);
    this.#put(2, body);
  }

  other(): void {
    this.#put(77, new Uint8Array(24).fill(0xff));
  }
}

describe('ring of a perf event', () => {
  test('samples of any size come back with their padding, around the edge, from any position', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 600 }), { maxLength: 6 });
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 61n - 1n }), fc.array(lengths, { maxLength: 8 }), (start, turns) => {
        const perf = new FakePerf(4096, start * 8n);
        for (const turn of turns) {
          const samples = turn.map((length) => Uint8Array.from({ length }, (_, index) => index + length));
          for (const sample of samples) perf.sample(sample);
          const read = recordsOf(perf.ring.take(all));
          expect(read.map(({ length }) => length)).toEqual(turn.map((length) => Math.ceil((length + 4) / 8) * 8 - 4));
          expect(read.map((record, index) => record.slice(0, turn[index]))).toEqual(samples);
          expect(perf.ring.pending).toBe(false);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('lost samples are counted, other records passed over', () => {
    const perf = new FakePerf(4096, 0n);
    perf.sample(Uint8Array.of(1, 2, 3, 4));
    perf.lose(5n);
    perf.other();
    perf.sample(Uint8Array.of(5, 6, 7, 8));
    perf.lose(2n ** 33n);
    expect(recordsOf(perf.ring.take(1))).toEqual([Uint8Array.of(1, 2, 3, 4)]);
    expect(perf.ring.lost).toBe(0);
    expect(recordsOf(perf.ring.take(all))).toEqual([Uint8Array.of(5, 6, 7, 8)]);
    expect(perf.ring.lost).toBe(2 ** 33 + 5);
  });

  test('a record without a length ends the reading, not the process', () => {
    const perf = new FakePerf(4096, 0n);
    perf.head = 64n;
    expect(recordsOf(perf.ring.take(all))).toEqual([]);
  });
});

describe('perf event array', () => {
  /** A kernel whose perf_event_open gives `answers` for each CPU; the descriptors that were closed. */
  function machine(answers: readonly number[]): { readonly bpf: Bpf; readonly closed: number[] } {
    const numbers = syscallNumbers();
    const closed: number[] = [];
    const rings = mapping({ 0: new ArrayBuffer(page + 64 * page) });
    const syscall = (number: number, ...args: readonly unknown[]): number => {
      if (number === numbers.epoll_create1) return 10;
      if (number === numbers.perf_event_open) return answers[Number(args[2])] ?? -19;
      if (number === numbers.close) closed.push(Number(args[0]));
      return 0;
    };
    return { bpf: new Bpf({ ...rings, syscall, syscall3: syscall, address: () => 1n }), closed };
  }
  const spec = { name: 'samples', type: 'perf_event_array', maxEntries: 1 } as MapSpec;

  test('a CPU that is not there has no ring', () => {
    const { bpf, closed } = machine([-19]);
    const reader = new PerfBufferReader(bpf, 3, spec);
    expect(reader.pending).toBe(false);
    expect(recordsOf(reader.take(all))).toEqual([]);
    reader.dispose();
    reader.dispose();
    expect(closed).toEqual([10]);
  });

  test('the rings go with the reader, once', () => {
    const { bpf, closed } = machine([20]);
    const reader = new PerfBufferReader(bpf, 3, spec);
    reader.dispose();
    expect(recordsOf(reader.take(all))).toEqual([]);
    expect(closed).toEqual([20, 10]);
  });

  test.each([
    [-13, 'SKEP_NOT_PERMITTED'],
    [-1, 'SKEP_NOT_PERMITTED'],
    [-2, 'SKEP_NOT_SUPPORTED'],
  ])('perf_event_open that fails with %i is %s, and nothing stays open', (answer, code) => {
    const { bpf, closed } = machine([answer]);
    expect(() => new PerfBufferReader(bpf, 3, spec)).toThrow(expect.objectContaining({ code }));
    expect(closed).toEqual([10]);
  });
});

describe('user ring buffer', () => {
  test('records stand as the kernel reads them, around the edge', () => {
    const ring = new FakeRing(4096, 2n ** 64n - 16n);
    const writer = new UserRingBufferWriter(ring.ffi, 3, specOf('user_ringbuf', 4096));
    writer.push(Uint8Array.of(1, 2, 3));
    expect(ring.produced).toBe(0n);
    const data = new DataView(ring.producer, page);
    expect(data.getUint32(4080, true)).toBe(3);
    expect(new Uint8Array(ring.producer, page + 4088, 3)).toEqual(Uint8Array.of(1, 2, 3));
  });

  test('it is full when the next would overtake the reader, and takes more once that has read', () => {
    const ring = new FakeRing(4096);
    const writer = new UserRingBufferWriter(ring.ffi, 3, specOf('user_ringbuf', 4096));
    for (let count = 0; count < 256; count += 1) writer.push(new Uint8Array(8));
    expect(() => writer.push(new Uint8Array(1))).toThrow(expect.objectContaining({ code: 'SKEP_MAP_FULL' }));
    ring.consumed = 16n;
    writer.push(new Uint8Array(8));
    expect(() => writer.push(new Uint8Array(0))).toThrow(expect.objectContaining({ code: 'SKEP_MAP_FULL' }));
    expect(() => writer.push(new Uint8Array(4089))).toThrow(expect.objectContaining({ code: 'SKEP_BAD_VALUE' }));
    writer.dispose();
    expect(() => writer.push(new Uint8Array(8))).toThrow(expect.objectContaining({ code: 'SKEP_USAGE' }));
  });
});

test.each([
  [4096, [6n, 4096n]],
  [65536, [33n, 5n, 6n, 65536n, 0n, 0n]],
  [4096, [33n, 5n, 0n, 0n]],
])('page size of %i in an auxiliary vector', (size, words) => {
  expect(pageSizeIn(new Uint8Array(BigUint64Array.from(words).buffer))).toBe(size);
});
