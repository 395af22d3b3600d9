import { expect } from 'vitest';
import { type EventBatch, EventStream, loadCollection } from '../../../src/host/index.ts';
import { assembled, frame, type HostCase, mapOf, programOf, withProgram } from './case.ts';

/** Counts its runs in the first value of map `m`. */
const counter = `
  .map m, type=array, key=u32, value=u64, max_entries=1
  .section xdp
count:
  *(u32 *)(r10 - 4) = 0
  r2 = r10
  r2 += -4
  r1 = m ll
  call bpf_map_lookup_elem
  if r0 == 0 goto out
  r1 = 1
  lock *(u64 *)(r0 + 0) += r1
out:
  r0 = 2
  exit
`;

/** Sends the length of its packet through a ring buffer. */
const reporter = `
  .map events, type=ringbuf, max_entries=4096
  .section xdp
report:
  r2 = *(u32 *)(r1 + 4)
  r3 = *(u32 *)(r1 + 0)
  r2 -= r3
  *(u64 *)(r10 - 8) = r2
  r1 = events ll
  r2 = r10
  r2 += -8
  r3 = 8
  r4 = 0
  call bpf_ringbuf_output
  r0 = 1
  exit
`;

/** Sends the length of its packet through a perf event array. */
const sampler = `
  .license "GPL"
  .struct sample { u64 length; }
  .map samples, type=perf_event_array, value=struct sample
  .section xdp
sample:
  r2 = *(u32 *)(r1 + 4)
  r3 = *(u32 *)(r1 + 0)
  r2 -= r3
  *(u64 *)(r10 - 8) = r2
  r2 = samples ll
  r3 = 0xffffffff ll
  r4 = r10
  r4 += -8
  r5 = 8
  call bpf_perf_event_output
  r0 = 1
  exit
`;

/** Jumps to the program at index 1; without one it passes. */
const jumper = `
  .map jumps, type=prog_array, key=u32, value=u32, max_entries=4, values=[0, drop]
  .section xdp
  .globl jump
jump:
  r2 = jumps ll
  r3 = 1
  call bpf_tail_call
  r0 = 2
  exit
  .section xdp
  .globl drop
drop:
  r0 = 1
  exit
`;

/** Programs through the handles of a collection: the same on every host. */
export const programCases: readonly HostCase[] = [
  {
    name: 'XDP: interface and queue by the fields of the context',
    run: (host) =>
      withProgram(host, '.section xdp\nmain:\n  r0 = *(u32 *)(r1 + 12)\n  exit\n', (collection) => {
        const { code } = programOf(collection, 'main').run(frame(), {
          context: { ingress_ifindex: 1, rx_queue_index: 0 },
        });
        expect(code).toBe(1);
      }),
  },
  {
    name: 'XDP: verdicts have names, a packet comes back as it was',
    run: (host) => {
      for (const [code, verdict] of ['XDP_ABORTED', 'XDP_DROP', 'XDP_PASS', 'XDP_TX'].entries()) {
        withProgram(host, `.section xdp\nmain:\n  r0 = ${code}\n  exit\n`, (collection) => {
          const packet = Uint8Array.from({ length: 64 }, (_, index) => index);
          const result = programOf(collection, 'main').run(packet);
          expect(result).toMatchObject({ verdict, code });
          expect(result.data).toEqual(packet);
        });
      }
    },
  },
  {
    name: 'tc: verdicts have names',
    run: (host) => {
      for (const [code, verdict] of ['TC_ACT_OK', 'TC_ACT_RECLASSIFY', 'TC_ACT_SHOT'].entries()) {
        withProgram(host, `.section tc\nmain:\n  r0 = ${code}\n  exit\n`, (collection) => {
          expect(programOf(collection, 'main').run(frame())).toMatchObject({ verdict, code });
        });
      }
    },
  },
  {
    name: 'a program writes a map, userland reads it, and the other way round',
    run: (host) =>
      withProgram(host, counter, (collection) => {
        const program = programOf(collection, 'count');
        for (let run = 0; run < 3; run++) expect(program.run(frame()).verdict).toBe('XDP_PASS');
        expect(mapOf(collection, 'm').get(0)).toBe(3n);
        mapOf(collection, 'm').set(0, 2n ** 63n);
        program.run(frame());
        expect(mapOf(collection, 'm').get(0)).toBe(2n ** 63n + 1n);
      }),
  },
  {
    name: 'a packet builder will do as a packet',
    run: (host) =>
      withProgram(host, counter, (collection) => {
        expect(programOf(collection, 'count').run({ bytes: () => frame(100) }).data).toHaveLength(100);
      }),
  },
  {
    name: 'collections do not share their maps',
    run: (host) =>
      withProgram(host, counter, (one) =>
        withProgram(host, counter, (other) => {
          programOf(one, 'count').run(frame());
          expect([mapOf(one, 'm').get(0), mapOf(other, 'm').get(0)]).toEqual([1n, 0n]);
        }),
      ),
  },
  {
    name: 'perf event array: drained samples have the type of the map; none were lost',
    run: (host) =>
      withProgram(host, sampler, (collection) => {
        const samples = mapOf(collection, 'samples');
        programOf(collection, 'sample').run(frame(60));
        programOf(collection, 'sample').run(frame(61));
        expect(samples.drain()).toEqual([{ length: 60n }, { length: 61n }]);
        expect(samples.drain()).toEqual([]);
        expect(samples instanceof EventStream && samples.lost).toBe(0);
      }),
  },
  {
    name: 'perf event array: for await until the collection ends',
    run: async (host) => {
      const collection = loadCollection(assembled(sampler), host);
      const seen: unknown[] = [];
      const reading = (async () => {
        for await (const sample of mapOf(collection, 'samples')) seen.push(sample);
      })();
      programOf(collection, 'sample').run(frame(62));
      await new Promise((resolve) => setTimeout(resolve));
      programOf(collection, 'sample').run(frame(63));
      collection.dispose();
      await reading;
      expect(seen).toEqual([{ length: 62n }, { length: 63n }]);
    },
  },
  {
    name: 'return() ends a reader that waits, and takes nothing from the next',
    run: async (host) => {
      const collection = loadCollection(assembled(reporter), host);
      const events = mapOf(collection, 'events');
      if (!(events instanceof EventStream)) throw new Error('no events');
      for (const reader of [events.batches(), events.read()]) {
        const next = reader.next();
        await new Promise((resolve) => setTimeout(resolve));
        expect(await reader.return(undefined)).toEqual({ value: undefined, done: true });
        expect(await next).toEqual({ value: undefined, done: true });
      }
      programOf(collection, 'report').run(frame(60));
      expect(events.drain()).toEqual(['3c 00 00 00 00 00 00 00']);
      collection.dispose();
    },
  },
  {
    name: 'batches: records are decoded on demand and stay; whoever stops leaves the rest to the next',
    run: async (host) => {
      const collection = loadCollection(assembled(reporter), host);
      const events = mapOf(collection, 'events');
      if (!(events instanceof EventStream)) throw new Error('no events');
      const run = (size: number) => programOf(collection, 'report').run(frame(size));
      for (const size of [60, 61, 62]) run(size);
      for await (const event of events) {
        expect(event).toBe('3c 00 00 00 00 00 00 00');
        break;
      }
      const batches: EventBatch[] = [];
      for await (const batch of events.batches({ every: 1 })) {
        batches.push(batch);
        if (batches.length === 1) run(63);
        else collection.dispose();
      }
      expect(batches.map(({ length }) => length)).toEqual([2, 1]);
      const [first] = batches;
      expect([...(first ?? [])]).toEqual(['3d 00 00 00 00 00 00 00', '3e 00 00 00 00 00 00 00']);
      expect(first?.view.getUint32(first.start(1), true)).toBe(62);
      expect([first?.size(1), first?.bytes(1)[0]]).toEqual([8, 62]);
      expect(events.lost).toBeUndefined();
    },
  },
  {
    name: 'ring buffer: drained records, and for await until the collection ends',
    run: async (host) => {
      const collection = loadCollection(assembled(reporter), host);
      const program = programOf(collection, 'report');
      const events = mapOf(collection, 'events');
      program.run(frame(60));
      program.run(frame(61));
      expect(events.drain()).toEqual(['3c 00 00 00 00 00 00 00', '3d 00 00 00 00 00 00 00']);
      expect(events.drain()).toEqual([]);
      const seen: unknown[] = [];
      const reading = (async () => {
        for await (const event of events) seen.push(event);
      })();
      // One record comes while the reader looks and before it waits, one while it waits, one is left at the end.
      program.run(frame(62));
      await new Promise((resolve) => setTimeout(resolve));
      expect(seen).toEqual(['3e 00 00 00 00 00 00 00']);
      program.run(frame(63));
      await new Promise((resolve) => setTimeout(resolve));
      expect(seen).toEqual(['3e 00 00 00 00 00 00 00', '3f 00 00 00 00 00 00 00']);
      program.run(frame(64));
      collection.dispose();
      await reading;
      expect(seen).toHaveLength(3);
    },
  },
  {
    name: 'tail calls go where the object says, and can be changed',
    run: (host) =>
      withProgram(host, jumper, (collection) => {
        const jump = programOf(collection, 'jump');
        const jumps = mapOf(collection, 'jumps');
        expect(jump.run(frame()).verdict).toBe('XDP_DROP');
        expect(jumps.get(1)).toBe(programOf(collection, 'drop'));
        expect(jumps.delete(1)).toBe(true);
        expect(jump.run(frame()).verdict).toBe('XDP_PASS');
        jumps.set(1, programOf(collection, 'drop'));
        expect(jump.run(frame()).verdict).toBe('XDP_DROP');
      }),
  },
  {
    name: 'one program by name brings what its tail calls reach, and nothing else',
    run: (host) => {
      const text = `${jumper}\n  .map other, type=hash, key=u32, value=u32, max_entries=1`;
      withProgram(
        host,
        text,
        (collection) => {
          expect(Object.keys(collection.programs).sort()).toEqual(['drop', 'jump']);
          expect(Object.keys(collection.maps)).toEqual(['jumps']);
        },
        { programs: ['jump'] },
      );
      withProgram(host, text, (collection) => expect(Object.keys(collection.programs)).toEqual(['drop']), {
        programs: ['drop'],
      });
    },
  },
  {
    name: 'a name that is not there is SKEP_NO_SUCH_NAME, and says what is',
    run: (host) => {
      expect(() => loadCollection(assembled(jumper), host, { programs: ['nothing'] })).toThrow(
        expect.objectContaining({ code: 'SKEP_NO_SUCH_NAME', remedy: expect.stringContaining('jump, drop') }),
      );
      expect(() => loadCollection(assembled(jumper), host, { config: { nothing: 1 } })).toThrow(
        expect.objectContaining({ code: 'SKEP_NO_SUCH_NAME' }),
      );
    },
  },
];
