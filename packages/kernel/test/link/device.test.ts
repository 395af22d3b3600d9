import { execFileSync } from 'node:child_process';
import { closeSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AttachTarget } from '../../../core/src/host/index.ts';
import { needsBpf } from '../../../core/test/support/needs.ts';
import { requestFlags, routeRequest } from '../../src/netlink/route-socket.ts';
import { ffi } from './support/calls.ts';
import { Counter, type CounterParts } from './support/counter.ts';
import { noteAttached, noteRefused } from './support/matrix.ts';
import { Namespace } from './support/namespace.ts';
import { rowsHere } from './support/since.ts';

const EOPNOTSUPP = -95;
const RTM_NEWLINK = 16;
const IFLA_IFNAME = 3;
const IFLA_LINKINFO = 18;
const IFLA_INFO_KIND = 1;
const PORT = 4321;
const XDP_PASS = 2;

interface Row extends CounterParts {
  readonly name: string;
  /** First Linux that has it. */
  readonly since?: string;
  readonly target?: AttachTarget;
  /** Makes the event happen; default: frames arrive at `right`. */
  readonly cause?: (count: number) => void;
  /** False where there is no bpf_link. */
  readonly id?: false;
}

needsBpf('ip').describe('programs at network devices', () => {
  let net: Namespace;
  beforeAll(() => {
    net = new Namespace();
  });
  afterAll(() => net[Symbol.dispose]());

  /** With a receiver, so that no refusal comes back over ICMP. */
  const datagrams = (count: number) => {
    const receiver = net.receiver(PORT);
    net.sendDatagrams(count, PORT);
    closeSync(receiver);
  };
  const rows: readonly Row[] = [
    { name: 'xdp, native', section: 'xdp', result: XDP_PASS, target: { device: 'right', mode: 'native' } },
    { name: 'xdp, generic', section: 'xdp', result: XDP_PASS, target: { device: 'right', mode: 'skb' } },
    { name: 'xdp, frags', section: 'xdp.frags', result: XDP_PASS, target: { device: 'right' } },
    { name: 'xdp, rtnetlink', section: 'xdp', result: XDP_PASS, target: { device: 'right', replace: true }, id: false },
    { name: 'tcx, ingress', section: 'tcx/ingress', since: '6.6', target: { device: 'right' } },
    { name: 'tcx, egress', section: 'tc', since: '6.6', target: { device: 'left', direction: 'egress' } },
    {
      name: 'clsact, ingress',
      section: 'tc',
      target: { device: 'right', direction: 'ingress', priority: 7 },
      id: false,
    },
    { name: 'clsact, egress', section: 'tc', target: { device: 'left', direction: 'egress', priority: 1 }, id: false },
    {
      name: 'netfilter',
      section: 'netfilter',
      since: '6.4',
      result: 1,
      target: { family: 'ipv4', hook: 'input', priority: -128 },
      cause: datagrams,
    },
    { name: 'sk_lookup', section: 'sk_lookup', result: 1, cause: datagrams },
  ];

  test.for(rowsHere(rows))('$name counts exactly and no longer after detaching', async (row, { task }) => {
    const cause = row.cause ?? ((count) => net.sendFrames(count));
    using counter = new Counter(row);
    const link = counter.attach(row.target);
    expect(link.id > 0).toBe(row.id ?? true);
    cause(5);
    await expect.poll(() => counter.total, { interval: 1 }).toBe(5);
    noteAttached(task, row.name, counter, link);
    link[Symbol.dispose]();
    link[Symbol.dispose]();
    cause(3);
    expect(counter.total).toBe(5);
  });

  test('socket filter', ({ task }) => {
    using counter = new Counter({ section: 'socket', result: 4096 });
    const socket = net.receiver(PORT);
    const link = counter.attach({ socket });
    net.sendDatagrams(5, PORT);
    expect(counter.total).toBe(5);
    noteAttached(task, 'socket', counter, link);
    link[Symbol.dispose]();
    net.sendDatagrams(3, PORT);
    expect(counter.total).toBe(5);
    closeSync(socket);
  });

  test.for(['primary', 'peer'])('netkit/%s counts exactly, or says why not', async (side, { task }) => {
    const name = `netkit/${side}`;
    const errno = addNetkit('kit');
    if (errno < 0) {
      expect(errno).toBe(EOPNOTSUPP);
      noteRefused(task, name, 'sched_cls', 'EOPNOTSUPP: this kernel has no devices of type netkit');
      return;
    }
    const peer = /\d+: (\w+)@kit:/.exec(execFileSync('ip', ['-o', 'link'], { encoding: 'utf8' }))?.[1] ?? '';
    const sender = side === 'primary' ? 'kit' : peer;
    const setUp = ['kit', peer].flatMap((device) => [`link set ${device} addrgenmode none`, `link set ${device} up`]);
    execFileSync('ip', ['-batch', '-'], { input: `${setUp.join('\n')}\naddr add 10.5.0.1/24 dev ${sender}\n` });
    // __sk_buff.protocol: IPv4 in network byte order.
    const filter = '  r1 = *(u32 *)(r6 + 16)\n  if r1 != 8 goto out\n';
    using counter = new Counter({ section: name, result: 0, filter });
    const link = counter.attach({ device: 'kit' });
    net.sendDatagrams(5, PORT, [10, 5, 0, 9]);
    await expect.poll(() => counter.total, { interval: 1 }).toBe(5);
    noteAttached(task, name, counter, link);
    link[Symbol.dispose]();
    net.sendDatagrams(3, PORT, [10, 5, 0, 9]);
    expect(counter.total).toBe(5);
    execFileSync('ip', ['link', 'del', 'kit']);
  });
});

/** Makes a pair of netkit devices (Linux 6.7), of which one has this name: 0, or the negative error number. */
function addNetkit(name: string): number {
  const flags = requestFlags.CREATE | requestFlags.EXCL;
  return routeRequest(ffi, RTM_NEWLINK, flags, new Uint8Array(16), [
    [IFLA_IFNAME, name],
    [IFLA_LINKINFO, [[IFLA_INFO_KIND, 'netkit']]],
  ]).errno;
}
