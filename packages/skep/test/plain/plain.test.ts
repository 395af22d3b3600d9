import { RingBuf, skLookup, struct, u32, XDP, xdp } from 'skep/bpf';
import { describe, expect, test } from 'vitest';
import { load, packet, plain, vm } from '../../src/index.ts';
import type * as Fixtures from './fixtures.bpf.ts';

const url = new URL('./fixtures.bpf.ts', import.meta.url);
const from = (src: string) => packet().eth().ipv4({ src }).tcp();
const makers = [
  ['plain', (cpus: number) => plain(() => import('./fixtures.bpf.ts'), { cpus })],
  ['vm', (cpus: number) => vm({ cpus })],
] as const;

describe.each(makers)('programs and maps on %s', (_, make) => {
  test('events come decoded, at once and by for await', async () => {
    await using fixtures = await load<typeof Fixtures>(url, { host: make(1) });
    fixtures.programs.record.run(from('10.0.0.1'), { time: 5n });
    expect(fixtures.maps.events.drain()).toEqual([{ at: 5n, src: '10.0.0.1', note: 'seen' }]);
    fixtures.programs.record.run(from('10.0.0.2'), { time: 6n });
    for await (const { at, src, note } of fixtures.maps.events) {
      expect([at, src, note]).toEqual([6n, '10.0.0.2', 'seen']);
      break;
    }
  });

  test('maps of maps, and values for each CPU', async () => {
    await using fixtures = await load<typeof Fixtures>(url, { host: make(2) });
    const { maps, programs } = fixtures;
    const tenant = maps.tenants.create(3);
    expect(programs.record.run(from('10.0.0.1'), { ifindex: 3 }).verdict).toBe('XDP_PASS');
    expect(programs.record.run(from('10.0.0.1'), { cpu: 1 }).verdict).toBe('XDP_DROP');
    expect(tenant.get('10.0.0.1')).toBe(1n);
    expect(maps.known.get('10.0.0.1')).toBe(1);
    expect(maps.flows.get('10.0.0.1')?.sum()).toBe(2n);
    maps.versions.create(0).set(1, 7);
    expect(programs.record.run(from('10.0.0.1')).verdict).toBe('XDP_TX');
  });

  test('variables are read and written from both sides', async () => {
    await using fixtures = await load<typeof Fixtures>(url, { host: make(1) });
    fixtures.globals.last.set({ src: '1.1.1.1', runs: 8 });
    fixtures.programs.record.run(from('10.0.0.1'));
    expect(fixtures.globals.last.get()).toEqual({ src: '10.0.0.1', runs: 9 });
    expect(fixtures.globals.runs.get()).toBe(6n);
  });

  test('full and empty maps answer as the kernel does; lines are printed', async () => {
    await using fixtures = await load<typeof Fixtures>(url, { host: make(1) });
    const { verdict, printk } = fixtures.programs.edges.run(from('10.0.0.1'));
    expect([verdict, printk]).toEqual(['XDP_DROP', ['full at 2', '2 entries, 11', '0 1']]);
    expect([fixtures.maps.line.pop(), fixtures.maps.line.pop(), fixtures.maps.pile.peek()]).toEqual([1, undefined, 0]);
  });

  test('tail calls: 33 at most', async () => {
    await using fixtures = await load<typeof Fixtures>(url, { host: make(1) });
    expect(fixtures.programs.first.run(new Uint8Array(64)).verdict).toBe('XDP_DROP');
    expect(fixtures.programs.first.run(new Uint8Array(60)).verdict).toBe('XDP_TX');
  });

  test('tc: marks, copies, linear data', async () => {
    await using fixtures = await load<typeof Fixtures>(url, { host: make(1) });
    expect(fixtures.programs.mark.run(from('10.0.0.1')).verdict).toBe('TC_ACT_OK');
    expect(fixtures.programs.mark.run(new Uint8Array(13)).verdict).toBe('TC_ACT_SHOT');
  });
});

describe('plain alone', () => {
  const events = new RingBuf(struct({ a: u32 }), { bytes: 4096 });
  const loadModule = (module: object) => load('inline.bpf.ts', { host: plain(async () => module) });

  test('a record that is not given back is a fault, and the next run goes on', async () => {
    let forget = true;
    const run = xdp((): XDP => {
      const record = events.reserve();
      if (record && !forget) record.submit();
      return XDP.PASS;
    });
    await using collection = await loadModule({ events, run });
    expect(() => collection.programs.run?.run(new Uint8Array(14))).toThrow(
      expect.objectContaining({ code: 'SKEP_FAULT' }),
    );
    forget = false;
    collection.programs.run?.run(new Uint8Array(14));
    expect(collection.maps.events?.drain()).toEqual([{ a: 0 }]);
  });

  test('what a kernel alone can run is refused by name', async () => {
    const lookup = skLookup(() => 1);
    await expect(loadModule({ lookup })).rejects.toThrow(
      expect.objectContaining({ code: 'SKEP_NOT_SUPPORTED', message: expect.stringContaining('lookup') }),
    );
  });

  test('a map that is not exported says so', async () => {
    const run = xdp((): XDP => (events.emit({ a: 1 }) ? XDP.PASS : XDP.DROP));
    await using collection = await loadModule({ run });
    expect(() => collection.programs.run?.run(new Uint8Array(14))).toThrow(
      expect.objectContaining({ code: 'SKEP_NO_SUCH_NAME', remedy: expect.stringContaining('export') }),
    );
  });

  test('an error of the program comes as it is, and the next run goes on', async () => {
    let broken = true;
    const run = xdp((ctx): XDP => {
      if (broken) throw new RangeError('my own');
      return ctx.length === 14 ? XDP.DROP : XDP.PASS;
    });
    await using collection = await loadModule({ run });
    expect(() => collection.programs.run?.run(new Uint8Array(14))).toThrow(RangeError);
    broken = false;
    expect(collection.programs.run?.run(new Uint8Array(14)).verdict).toBe('XDP_DROP');
  });

  test('it cannot be attached, and has no CPU that it was not given', async () => {
    await using collection = await loadModule({ run: xdp((): XDP => XDP.PASS) });
    expect(() => collection.programs.run?.attach('eth0')).toThrow(
      expect.objectContaining({ code: 'SKEP_NOT_SUPPORTED' }),
    );
    expect(() => collection.programs.run?.run(new Uint8Array(14), { cpu: 1 })).toThrow(
      expect.objectContaining({ code: 'SKEP_USAGE' }),
    );
  });

  test('loads give their memory back', async () => {
    const again = plain(() => import('./fixtures.bpf.ts'));
    const used: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      {
        await using fixtures = await load<typeof Fixtures>(url, { host: again });
        fixtures.programs.record.run(from('10.0.0.1'));
      }
      used.push(again.memoryUsed);
    }
    expect(used[2]).toBe(used[1]);
    again.dispose();
  });
});
