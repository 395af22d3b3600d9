import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseIpv6 } from '../../../core/src/base/index.ts';
import type { AttachTarget } from '../../../core/src/host/index.ts';
import { needsBpf } from '../../../core/test/support/needs.ts';
import { Counter } from './support/counter.ts';
import { errorOf } from './support/error-of.ts';
import { noteAttached } from './support/matrix.ts';
import { Namespace } from './support/namespace.ts';

const BPF_OK = 0;
const MAC = [2, 0, 0, 0, 0, 9];

/** Packets of 10.9.0.0/16 go out of `left`, to a neighbour that is known; those of 10.8.0.0/16 come in at `right`. */
const setUp = [
  'link set left address 02:00:00:00:00:08',
  'link set right address 02:00:00:00:00:09',
  'addr add 10.9.0.1/32 dev left',
  'addr add fc00::1/128 dev left nodad',
  'addr add fc00::2/128 dev right nodad',
  'addr add 10.8.0.1/32 dev right',
];

needsBpf('ip').describe('programs of routes', () => {
  let net: Namespace;
  beforeAll(() => {
    net = new Namespace();
    execFileSync('ip', ['-batch', '-'], { input: `${setUp.join('\n')}\n` });
    execFileSync('sh', [
      '-c',
      'echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv6/conf/all/forwarding',
    ]);
    execFileSync('sh', ['-c', 'for f in /proc/sys/net/ipv6/conf/*/seg6_enabled; do echo 1 > $f; done']);
    execFileSync('sh', ['-c', 'for f in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 > $f; done']);
  });
  afterAll(() => net[Symbol.dispose]());

  /** Datagrams of this namespace to an address behind the route. */
  const send = (count: number) => net.sendDatagrams(count, 4600, [10, 9, 5, 5]);

  /** Frames that come in at `right` and are to be routed on. */
  const receive = (count: number, packet: Uint8Array, type: number) => {
    const frame = new Uint8Array(14 + packet.length);
    frame.set([...MAC, 2, 0, 0, 0, 0, 8, type >> 8, type & 0xff]);
    frame.set(packet, 14);
    net.sendFrame(frame, count);
  };

  const rows: readonly { section: string; target: AttachTarget; cause: (count: number) => void }[] = [
    { section: 'lwt_out', target: { route: '10.9.0.0/16', device: 'left' }, cause: send },
    { section: 'lwt_xmit', target: { route: '10.9.0.0/16', device: 'left', headroom: 16 }, cause: send },
    {
      section: 'lwt_in',
      target: { route: '10.9.0.0/16', device: 'left' },
      cause: (count) => receive(count, ipv4([10, 8, 0, 9], [10, 9, 5, 5]), 0x0800),
    },
    {
      section: 'lwt_seg6local',
      target: { route: 'fc00::bf', device: 'left' },
      cause: (count) => receive(count, segment('fc00::9', 'fc00::bf', 'fc00::77'), 0x86dd),
    },
  ];

  test.for(rows)(
    '$section sees each packet of its route until it is detached',
    async ({ section, target, cause }, { task }) => {
      using counter = new Counter({ section, result: BPF_OK });
      const link = counter.attach(target);
      expect(link.id).toBe(0);
      cause(5);
      await expect.poll(() => counter.total, { interval: 1 }).toBe(5);
      expect(errorOf(() => counter.attach(target)).code).toBe('SKEP_BUSY');
      noteAttached(task, section, counter, link);
      link[Symbol.dispose]();
      link[Symbol.dispose]();
      const family = section === 'lwt_seg6local' ? '-6' : '-4';
      expect(execFileSync('ip', [family, 'route', 'show', 'dev', 'left'], { encoding: 'utf8' })).not.toContain('encap');
      expect(counter.total).toBe(5);
    },
  );

  test.each([
    [{ route: '10.9.0.0/33', device: 'left' }, 'SKEP_USAGE'],
    [{ route: 'ten', device: 'left' }, 'SKEP_USAGE'],
    [{ route: '10.9.0.0/16', device: 'none' }, 'SKEP_NO_SUCH_NAME'],
    [{ route: '10.9.0.0/16', device: 'left', via: '192.168.7.7' }, 'SKEP_NOT_SUPPORTED'],
    [{}, 'SKEP_USAGE'],
  ])('%j is refused', (target, code) => {
    using counter = new Counter({ section: 'lwt_out', result: BPF_OK });
    expect(errorOf(() => counter.attach(target)).code).toBe(code);
  });
});

/** An empty IPv4 packet of protocol 253 (for tests, RFC 3692). */
function ipv4(from: readonly number[], to: readonly number[]): Uint8Array {
  const packet = new Uint8Array(20);
  packet.set([0x45, 0, 0, 20, 0, 0, 0, 0, 64, 253, 0, 0, ...from, ...to]);
  const view = new DataView(packet.buffer);
  let sum = 0;
  for (let at = 0; at < 20; at += 2) sum += view.getUint16(at);
  view.setUint16(10, ~((sum & 0xffff) + (sum >> 16)) & 0xffff);
  return packet;
}

/** An IPv6 packet with a segment routing header of two segments (RFC 8754), of which the first is reached now. */
function segment(from: string, now: string, next: string): Uint8Array {
  const [source, first, second] = [from, now, next].map((text) => parseIpv6(text) ?? new Uint8Array(16));
  const packet = new Uint8Array(40 + 40);
  packet.set([0x60, 0, 0, 0, 0, 40, 43, 64, ...(source ?? []), ...(first ?? [])]);
  // Next header none (59), 4 * 8 bytes more, routing type 4, one segment left of 0..1.
  packet.set([59, 4, 4, 1, 1, 0, 0, 0, ...(second ?? []), ...(first ?? [])], 40);
  return packet;
}
