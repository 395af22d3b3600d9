import { closeSync, readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pid } from 'node:process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { needsBpf } from '../../../core/test/support/needs.ts';
import { mountedBpfFileSystem } from './support/bpf-file-system.ts';
import { call } from './support/calls.ts';
import { Counter } from './support/counter.ts';
import { errorOf } from './support/error-of.ts';
import { noteAttached } from './support/matrix.ts';
import { Namespace } from './support/namespace.ts';
import { hasSince } from './support/since.ts';

const PORT = 4322;
const SK_PASS = 1;
const maps = '.map sockets, type=sockmap, key=4, value=4, max_entries=2\n';

needsBpf('ip').describe('programs at sockets', () => {
  let net: Namespace;
  beforeAll(() => {
    net = new Namespace();
  });
  afterAll(() => net[Symbol.dispose]());

  const send = (socket: number) => call('sendto', socket, Uint8Array.of(1, 2, 3, 4), 4, 0, null, 0);
  const receive = (socket: number) => call('recvfrom', socket, new Uint8Array(16), 16, 0, null, null);

  test.for([
    { section: 'sk_msg', watched: 'client' },
    { section: 'sk_skb/verdict', watched: 'server' },
    { section: 'sk_skb/stream_verdict', watched: 'server' },
  ])('$section counts exactly and no longer after detaching', async ({ section, watched }, { task }) => {
    using counter = new Counter({ section, result: SK_PASS, maps });
    const sockets = counter.collection.maps.sockets;
    const [client, server] = net.connection(PORT);
    const link = counter.attach({ map: sockets?.map ?? {} });
    expect(link.id > 0).toBe(hasSince('6.10'));
    noteAttached(task, section, counter, link);
    const descriptor = new Uint8Array(Uint32Array.of(watched === 'client' ? client : server).buffer);
    sockets?.map.update(new Uint8Array(4), descriptor);
    for (let sent = 1; sent <= 3; sent++) {
      send(client);
      await expect.poll(() => counter.total, { interval: 1 }).toBe(sent);
      receive(server);
    }
    sockets?.map.delete(new Uint8Array(4));
    link[Symbol.dispose]();
    link[Symbol.dispose]();
    send(client);
    receive(server);
    expect(counter.total).toBe(3);
    closeSync(client);
    closeSync(server);
  });

  test('sk_skb/stream_parser counts exactly and no longer after detaching', async ({ task }) => {
    // It tells where messages end; the program that decides about them makes the kernel ask it.
    using parser = new Counter({ section: 'sk_skb/stream_parser', result: 4 });
    using verdict = new Counter({ section: 'sk_skb/stream_verdict', result: SK_PASS, maps });
    const map = verdict.collection.maps.sockets?.map;
    const [client, server] = net.connection(PORT);
    const link = parser.attach({ map: map ?? {} });
    using _verdict = verdict.attach({ map: map ?? {} });
    map?.update(new Uint8Array(4), new Uint8Array(Uint32Array.of(server).buffer));
    for (let sent = 1; sent <= 3; sent++) {
      send(client);
      await expect.poll(() => [parser.total, verdict.total], { interval: 1 }).toEqual([sent, sent]);
      receive(server);
    }
    noteAttached(task, 'sk_skb/stream_parser', parser, link);
    map?.delete(new Uint8Array(4));
    link[Symbol.dispose]();
    send(client);
    receive(server);
    expect(parser.total).toBe(3);
    closeSync(client);
    closeSync(server);
  });

  test('sk_reuseport chooses for each datagram until it is detached', ({ task }) => {
    using counter = new Counter({ section: 'sk_reuseport', result: SK_PASS });
    const sockets = [net.receiver(PORT), net.receiver(PORT)];
    const link = counter.attach({ socket: sockets[0] ?? -1 });
    noteAttached(task, 'sk_reuseport', counter, link);
    net.sendDatagrams(5, PORT);
    expect(counter.total).toBe(5);
    link[Symbol.dispose]();
    net.sendDatagrams(3, PORT);
    expect(counter.total).toBe(5);
    for (const socket of sockets) closeSync(socket);
  });

  test('flow_dissector sees frames until it is detached, and is alone', ({ task }) => {
    using counter = new Counter({ section: 'flow_dissector' });
    using other = new Counter({ section: 'flow_dissector' });
    const link = counter.attach();
    expect(link.id).toBeGreaterThan(0);
    expect(errorOf(() => other.attach()).code).toBe('SKEP_BUSY');
    noteAttached(task, 'flow_dissector', counter, link);
    net.sendFrames(5);
    expect(counter.total).toBe(5);
    link[Symbol.dispose]();
    net.sendFrames(3);
    expect(counter.total).toBe(5);
  });

  test('perf_event samples the clock of every CPU until it is detached', ({ task }) => {
    using counter = new Counter({ section: 'perf_event', pid });
    const link = counter.attach({ event: 'cpu-clock', period: 100_000 });
    noteAttached(task, 'perf_event, all CPUs', counter, link);
    const until = performance.now() + 2000;
    while (counter.total === 0 && performance.now() < until);
    expect(counter.total).toBeGreaterThan(0);
    link[Symbol.dispose]();
    const after = counter.total;
    const pause = performance.now() + 5;
    while (performance.now() < pause);
    expect(counter.total).toBe(after);
  });

  const bpffs = mountedBpfFileSystem();
  test.runIf(bpffs)('the events of several CPUs are pinned together, or not at all', () => {
    using counter = new Counter({ section: 'perf_event', pid });
    using link = counter.attach({ event: 'cpu-clock', period: 1_000_000 });
    const name = `skep_events_${pid}`;
    const pins = () => readdirSync(bpffs ?? '').filter((one) => one.startsWith(name));
    try {
      link.pin(join(bpffs ?? '', name));
      const count = pins().length;
      expect(pins().sort()).toEqual(count === 1 ? [name] : Array.from({ length: count }, (_, at) => `${name}_${at}`));
      if (count === 1) return;
      unlinkSync(join(bpffs ?? '', `${name}_0`));
      expect(errorOf(() => link.pin(join(bpffs ?? '', name))).code).toBe('SKEP_BUSY');
      expect(pins()).toHaveLength(count - 1);
    } finally {
      for (const pin of pins()) unlinkSync(join(bpffs ?? '', pin));
    }
  });

  test('what is no socket or no network namespace is told', () => {
    using filter = new Counter({ section: 'socket' });
    expect(errorOf(() => filter.attach({ socket: 1_000_000 }))).toMatchObject({ code: 'SKEP_USAGE', errno: 'EBADF' });
    expect(errorOf(() => filter.attach()).code).toBe('SKEP_USAGE');
    using lookup = new Counter({ section: 'sk_lookup', result: SK_PASS });
    expect(errorOf(() => lookup.attach({ netns: '/run/netns/skep-none' })).code).toBe('SKEP_NO_SUCH_NAME');
    expect(errorOf(() => lookup.attach({ netns: '/dev/null' })).code).toBe('SKEP_NOT_SUPPORTED');
    using message = new Counter({ section: 'sk_msg', result: SK_PASS, maps });
    expect(errorOf(() => message.attach()).code).toBe('SKEP_USAGE');
  });

  test.each([
    ['xdp/devmap', 2, /devmap/],
    ['action', 0, /tc/],
    ['syscall', 0, /run/],
  ])('%s programs say how they reach their place', (section, result, remedy) => {
    using counter = new Counter({ section, result });
    expect(errorOf(() => counter.attach())).toMatchObject({
      code: 'SKEP_NOT_SUPPORTED',
      remedy: expect.stringMatching(remedy),
    });
  });
});
