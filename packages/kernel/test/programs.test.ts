import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Collection,
  type Host,
  loadCollection,
  openPinnedLink,
  openPinnedProgram,
} from '../../core/src/host/index.ts';
import { assembleElf } from '../../core/src/object/assembly/index.ts';
import { collectionFromElf } from '../../core/src/object/index.ts';
import { needsBpf } from '../../core/test/support/needs.ts';
import { kernel } from '../src/index.ts';
import { Namespace } from './link/support/namespace.ts';
import { hasSince } from './link/support/since.ts';
import { Folder } from './support/pin-folder.ts';

const frame = new Uint8Array(64);

/** CPUs that this process may use. */
function allowedCpus(): number[] {
  const [, mask = '1'] = /^Cpus_allowed:\s+(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  const bits = BigInt(`0x${mask.replaceAll(',', '')}`);
  return Array.from({ length: 1024 }, (_, cpu) => cpu).filter((cpu) => (bits >> BigInt(cpu)) & 1n);
}

function statisticsAreOn(): boolean {
  return readFileSync('/proc/sys/kernel/bpf_stats_enabled', 'utf8').trim() !== '0';
}

needsBpf().describe('programs in the kernel', () => {
  let host: Host;
  beforeAll(() => {
    host = kernel();
  });
  afterAll(() => host.dispose());

  function load(text: string, options = {}): Collection {
    return loadCollection(collectionFromElf(assembleElf(`.license "GPL"\n${text}`, {})), host, options);
  }

  function only(collection: Collection) {
    const [program] = Object.values(collection.programs);
    if (program === undefined) throw new Error('no program');
    return program;
  }

  test('xdp: fields of the context, in and out', () => {
    using collection = load('.section xdp\nmain: r0 = *(u32 *)(r1 + 16); exit');
    const result = only(collection).run(frame, { context: { data_end: 64, ingress_ifindex: 1, rx_queue_index: 0 } });
    expect(result).toMatchObject({ code: 0 });
    expect(new DataView(result.context?.buffer ?? new ArrayBuffer(24)).getUint32(4, true)).toBe(64);
  });

  test('tc: mark goes in, mark and priority come out', () => {
    using collection = load(`.section tc
main:
  r2 = *(u32 *)(r1 + 8)
  r2 += 1
  *(u32 *)(r1 + 8) = r2
  r3 = 7
  *(u32 *)(r1 + 32) = r3
  r0 = 0
  exit`);
    const { context } = only(collection).run(frame, { context: { mark: 41 } });
    const view = new DataView(context?.buffer ?? new ArrayBuffer(192));
    expect([view.getUint32(8, true), view.getUint32(32, true)]).toEqual([42, 7]);
  });

  test('syscall: the context is all it takes, and it is written in place', () => {
    using collection = load(
      '.section syscall\nmain:\n r2 = *(u64 *)(r1 + 0)\n r2 += 1\n *(u64 *)(r1 + 8) = r2\n r0 = 5\n exit',
    );
    const context = new Uint8Array(16);
    context[0] = 9;
    const result = only(collection).run(undefined, { context });
    expect([result.code, result.context?.[8], context[8]]).toEqual([5, 10, 0]);
  });

  test('raw tracepoint: arguments, and the CPU it runs on', () => {
    using collection = load(`.section raw_tracepoint/task_rename
main:
  r6 = *(u64 *)(r1 + 8)
  call bpf_get_smp_processor_id
  r6 <<= 8
  r0 += r6
  exit`);
    const [program, last] = [only(collection), 0];
    expect(program.run(undefined, { context: [0, 3], cpu: last }).code).toBe(0x300 + last);
    expect(() => program.run(undefined, { context: [] })).toThrow(expect.objectContaining({ code: 'SKEP_BAD_VALUE' }));
  });

  test('a packet program runs on the CPU that is asked for', () => {
    using collection = load('.section xdp\nmain: call bpf_get_smp_processor_id; exit');
    const program = only(collection);
    for (const cpu of allowedCpus()) expect(program.run(frame, { cpu }).code).toBe(cpu);
    for (const cpu of [8191, 8192, -1, 0.5]) {
      expect(() => program.run(frame, { cpu })).toThrow(expect.objectContaining({ code: 'SKEP_USAGE' }));
    }
    expect(allowedCpus().length).toBe(availableParallelism());
  });

  test.runIf(hasSince('6.4'))('netfilter: a packet', () => {
    using collection = load('.section netfilter\nmain: r0 = 1; exit');
    const packet = frame.slice();
    packet.set([8, 0, 0x45], 12);
    expect(only(collection).run(packet).verdict).toBe('NF_ACCEPT');
  });

  test('fentry: the kernel calls its own test functions', (context) => {
    if (!host.probe({ kind: 'attach-type', name: 'trace_fentry' }).supported) return context.skip();
    using collection = load('.section fentry/bpf_fentry_test1\nmain: r0 = 0; exit');
    using _link = only(collection).attach();
    expect(only(collection).run().code).toBe(0);
  });

  test('sk_lookup: a record of addresses', () => {
    using collection = load('.section sk_lookup\nmain: r0 = 1; exit');
    const context = { family: 2, protocol: 6, local_ip4: '127.0.0.1', local_port: 80 };
    expect(only(collection).run(undefined, { context }).code).toBe(1);
  });

  test('flow dissector: a packet', () => {
    using collection = load('.section flow_dissector\nmain: r0 = 0; exit');
    expect(only(collection).run(frame).code).toBe(0);
  });

  test('live frames are sent by their verdict, and counted', () => {
    using collection = load(`.map m, type=array, key=u32, value=u64, max_entries=1
.section xdp
main:
  *(u32 *)(r10 - 4) = 0
  r2 = r10
  r2 += -4
  r1 = m ll
  call bpf_map_lookup_elem
  if r0 == 0 goto out
  r1 = 1
  lock *(u64 *)(r0 + 0) += r1
out:
  r0 = XDP_DROP
  exit`);
    const result = only(collection).run(frame, { repeat: 1000, live: { batchSize: 32 } });
    expect(result.data).toHaveLength(0);
    expect(collection.maps.m?.get(0)).toBe(1000n);
  });

  test('a packet that outgrows its room says how much it needs', () => {
    using collection = load(`.section xdp
main:
  r2 = -100
  call bpf_xdp_adjust_head
  r0 = 2
  exit`);
    const program = only(collection);
    expect(program.run(frame).data).toHaveLength(164);
    expect(() => program.run(frame, { room: 100 })).toThrow(
      expect.objectContaining({ code: 'SKEP_BAD_PACKET', errno: 'ENOSPC', remedy: 'run it with { room: 164 }' }),
    );
    expect(program.run(frame, { room: 164 }).data).toHaveLength(164);
    expect(() => program.run(frame, { room: -1 })).toThrow(expect.objectContaining({ code: 'SKEP_USAGE' }));
  });

  test('info and run statistics', () => {
    using collection = load(
      '.map m, type=array, key=u32, value=u32, max_entries=1\n.section xdp\nmain: r1 = m ll; r0 = 2; exit',
    );
    const program = only(collection);
    {
      using _statistics = host.enableStatistics?.();
      program.run(frame, { repeat: 10 });
    }
    const info = program.info();
    expect(info).toMatchObject({ name: 'main', type: 'xdp', tag: expect.stringMatching(/^[0-9a-f]{16}$/), userId: 0 });
    expect(info.mapIds).toEqual([collection.maps.m?.info().id]);
    expect([info.id > 0, info.xlatedSize > 0, info.loadTime > 0n, info.verifiedInstructions > 0]).not.toContain(false);
  });

  needsBpf('ip').test('runs are counted while statistics are on, and no longer', () => {
    using net = new Namespace();
    using collection = load('.section xdp\nmain: r0 = XDP_DROP; exit');
    const program = only(collection);
    using _link = program.attach({ device: 'right' });
    const statistics = host.enableStatistics?.();
    net.sendFrames(5);
    statistics?.[Symbol.dispose]();
    const { runCount, runTime } = program.info();
    expect(runCount).toBeGreaterThanOrEqual(5n);
    expect(runTime).toBeGreaterThan(0n);
    // Whoever else counts would count on.
    if (statisticsAreOn()) return;
    net.sendFrames(5);
    expect(program.info().runCount).toBe(runCount);
  });

  test('the verifier log of a program that loads', () => {
    using collection = load('.section xdp\nmain: r0 = 2; exit', { logLevel: 2 });
    expect(only(collection).verifierLog).toMatch(/r0 = 2[\s\S]*processed \d+ insns/);
    using silent = load('.section xdp\nmain: r0 = 2; exit');
    expect(only(silent).verifierLog).toBeUndefined();
  });

  needsBpf('ip').test('programs and links are pinned, opened and unpinned', () => {
    using folder = new Folder(host);
    using _net = new Namespace();
    const collection = load('.section xdp\nmain: r0 = 2; exit');
    only(collection).pin(folder.path('program'));
    only(collection).attach({ device: 'right' }).pin(folder.path('link'));
    collection.dispose();
    const program = openPinnedProgram(host, folder.path('program'), { section: 'xdp' });
    expect(program.info()).toMatchObject({ name: 'main', type: 'xdp' });
    expect(program.run(frame).verdict).toBe('XDP_PASS');
    const link = openPinnedLink(host, folder.path('link'));
    expect(link.id).toBeGreaterThan(0);
    link[Symbol.dispose]();
    expect(() => openPinnedLink(host, folder.path('program'))).toThrow(
      expect.objectContaining({ code: 'SKEP_USAGE', reason: 'it is a program' }),
    );
    expect(() => openPinnedProgram(host, folder.path('program'), { section: 'tc' })).toThrow(
      expect.objectContaining({ code: 'SKEP_USAGE' }),
    );
    program.program.dispose();
  });

  test('programs that fail to load leave no descriptor open', () => {
    const bad = [
      '.map m, type=hash, key=u32, value=u32, max_entries=4\n.section xdp\nmain: r1 = m ll; r0 = *(u64 *)(r9 + 0); exit',
      '.map m, type=hash, key=u32, value=u32, max_entries=0\n.section xdp\nmain: r0 = 0; exit',
      '.map i, type=array, key=u32, value=u32, max_entries=1\n.map m, type=array_of_maps, key=u32, max_entries=4, inner=i, values=[i]\n.section xdp\nmain: r0 = *(u64 *)(r9 + 0); exit',
      '.section .bss\nv: .quad 0\n.section xdp\nmain: r1 = v ll; r0 = *(u64 *)(r1 + 800); exit',
    ];
    const attempt = (text: string) =>
      expect(() => load(text), text).toThrow(expect.objectContaining({ name: 'SkepError' }));
    for (const text of bad) attempt(text);
    const before = openDescriptors();
    for (let round = 0; round < 5; round++) for (const text of bad) attempt(text);
    expect(openDescriptors()).toBe(before);
  });

  test('collections that end leave no descriptor open, in any order and twice', () => {
    const text =
      '.map m, type=hash, key=u32, value=u32, max_entries=4\n.section .bss\nv: .quad 0\n.section xdp\nmain: r1 = v ll; r0 = 2; exit';
    load(text).dispose();
    const before = openDescriptors();
    for (let round = 0; round < 5; round++) {
      const collection = load(text);
      collection.maps.m?.map.dispose();
      collection.dispose();
      collection.dispose();
      collection.maps.m?.map.dispose();
    }
    expect(openDescriptors()).toBe(before);
  });
});

function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}
