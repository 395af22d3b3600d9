import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Collection, type Host, loadCollection, UserRingBufferHandle } from '../../core/src/host/index.ts';
import { type CollectionSpec, readCollection } from '../../core/src/object/index.ts';
import { frame, mapOf, programOf } from '../../core/test/host/cases/case.ts';
import { compileArguments } from '../../core/test/object/compile.ts';
import { needsBpf } from '../../core/test/support/needs.ts';
import { kernel } from '../src/index.ts';

/** Takes all records that wait, sums them up and keeps the last. */
const drainer = `
#include <skep_bpf.h>
struct order { __u64 amount; __u32 customer; __u32 rest; };

struct {
	__uint(type, BPF_MAP_TYPE_USER_RINGBUF);
	__uint(max_entries, 4096);
	__type(value, struct order);
} orders SEC(".maps");

__u64 total;
__u32 last;
__u32 refused;

static long take(struct bpf_dynptr *record, void *context)
{
	struct order order;
	if (bpf_dynptr_read(&order, sizeof(order), record, 0, 0)) {
		refused++;
		return 0;
	}
	total += order.amount;
	last = order.customer;
	return 0;
}

SEC("tc")
int serve(struct __sk_buff *skb)
{
	return bpf_user_ringbuf_drain(&orders, take, 0, 0);
}

char _license[] SEC("license") = "GPL";
`;

needsBpf('clang-19').describe('user ring buffer', () => {
  let folder: string;
  let spec: CollectionSpec;
  let host: Host;
  let collection: Collection;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'skep-user-ring-'));
    const [source, object] = [join(folder, 'drainer.c'), join(folder, 'drainer.o')];
    writeFileSync(source, drainer);
    execFileSync('clang-19', compileArguments({ tool: 'clang-19', cpu: 3 }, source, object));
    spec = readCollection(readFileSync(object));
    host = kernel();
    collection = loadCollection(spec, host);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
    host.dispose();
  });

  const serve = () => programOf(collection, 'serve').run(frame()).code;
  const amount = (value: number) => ({ amount: BigInt(value), customer: value, rest: 0 });

  test('a program takes what was pushed, values and bytes, in order', () => {
    const orders = mapOf(collection, 'orders');
    expect(orders).toBeInstanceOf(UserRingBufferHandle);
    for (const value of [1, 20, 300]) orders.push(amount(value));
    expect(serve()).toBe(3);
    expect(collection.globals.total?.get()).toBe(321n);
    expect(collection.globals.last?.get()).toBe(300);
    orders.push(new Uint8Array(3));
    expect(serve()).toBe(1);
    expect(collection.globals.refused?.get()).toBe(1);
  });

  test('it gets full, says so, and takes more once it was drained; many times around', () => {
    const orders = mapOf(collection, 'orders');
    collection.globals.total?.set(0n);
    let sum = 0n;
    for (let turn = 0; turn < 50; turn += 1) {
      let pushed = 0;
      const fill = () => {
        for (; pushed < 1000; pushed += 1) orders.push(amount(pushed));
      };
      expect(fill).toThrow(expect.objectContaining({ code: 'SKEP_MAP_FULL' }));
      expect(pushed).toBe(170);
      sum += BigInt((pushed * (pushed - 1)) / 2);
      expect(serve()).toBe(170);
    }
    expect(collection.globals.total?.get()).toBe(sum);
  });

  test('what never fits and what has no records to give is refused', () => {
    const orders = mapOf(collection, 'orders');
    expect(() => orders.push(new Uint8Array(4096))).toThrow(expect.objectContaining({ code: 'SKEP_BAD_VALUE' }));
    expect(() => orders.push({ amount: 'much' })).toThrow(expect.objectContaining({ code: 'SKEP_BAD_VALUE' }));
    expect(() => orders.drain()).toThrow(expect.objectContaining({ code: 'SKEP_NOT_SUPPORTED' }));
  });
});
