import { closeSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AttachTarget } from '../../../core/src/host/index.ts';
import { needsBpf } from '../../../core/test/support/needs.ts';
import { Counter, type CounterParts } from './support/counter.ts';
import { noteAttached } from './support/matrix.ts';
import { Namespace } from './support/namespace.ts';
import { rowsHere } from './support/since.ts';

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
});
