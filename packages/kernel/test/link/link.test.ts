import { afterAll, beforeAll, expect, test } from 'vitest';
import { needsBpf } from '../../../core/test/support/needs.ts';
import { Cgroup } from './support/cgroup.ts';
import { Counter } from './support/counter.ts';
import { errorOf } from './support/error-of.ts';
import { indexOf, Namespace } from './support/namespace.ts';
import { hasSince } from './support/since.ts';

const XDP_DROP = 1;
const XDP_PASS = 2;
/** TCX_NEXT: the next program decides. */
const NEXT = -1;
const TC_ACT_OK = 0;

const programOf = (counter: Counter) => {
  const { count } = counter.collection.programs;
  if (count === undefined) throw new Error('no program');
  return count;
};

needsBpf('ip').describe('links', () => {
  let net: Namespace;
  let cgroup: Cgroup;
  beforeAll(() => {
    net = new Namespace();
    cgroup = new Cgroup();
  });
  afterAll(() => {
    net[Symbol.dispose]();
    cgroup[Symbol.dispose]();
  });

  test('update puts another program in the place of one, and no frame is missed', () => {
    using first = new Counter({ section: 'xdp', result: XDP_PASS });
    using second = new Counter({ section: 'xdp', result: XDP_DROP });
    using link = first.attach({ device: 'right' });
    const { id } = link;
    net.sendFrames(3);
    link.update(programOf(second));
    net.sendFrames(4);
    expect([first.total, second.total]).toEqual([3, 4]);
    expect(link.id).toBe(id);
    link.update(programOf(first).program);
    net.sendFrames(1);
    expect([first.total, second.total]).toEqual([4, 4]);
  });

  test('update refuses another type, and what is no program of this host', () => {
    using xdp = new Counter({ section: 'xdp', result: XDP_PASS });
    using tc = new Counter({ section: 'tc' });
    const link = xdp.attach({ device: 'right' });
    expect(errorOf(() => link.update(programOf(tc))).code).toBe('SKEP_NOT_SUPPORTED');
    using plain = tc.attach({ device: 'right', priority: 3 });
    expect(errorOf(() => plain.update(programOf(tc))).code).toBe('SKEP_NOT_SUPPORTED');
    link[Symbol.dispose]();
    expect(errorOf(() => link.update(programOf(xdp))).code).toBe('SKEP_USAGE');
    expect(errorOf(() => link.info()).code).toBe('SKEP_USAGE');
  });

  test('info tells what is attached where', () => {
    using xdp = new Counter({ section: 'xdp', result: XDP_PASS });
    using link = xdp.attach({ device: 'right' });
    expect(link.info()).toEqual({
      id: link.id,
      type: 'xdp',
      programId: programOf(xdp).info().id,
      details: { ifindex: indexOf('right') },
    });
    using socket = new Counter({ section: 'cgroup/sock_create', result: 1 });
    using inCgroup = socket.attach({ cgroup: cgroup.path });
    expect(inCgroup.info()).toMatchObject({ type: 'cgroup', attachType: 'cgroup_inet_sock_create' });
    expect(inCgroup.info().details.cgroup_id).toBeTypeOf('bigint');
  });

  test('detach ends an attachment that somebody else holds', () => {
    using xdp = new Counter({ section: 'xdp', result: XDP_PASS });
    const link = xdp.attach({ device: 'right' });
    net.sendFrames(2);
    link.detach();
    link.detach();
    net.sendFrames(2);
    expect(xdp.total).toBe(2);
    using tracepoint = new Counter({ section: 'raw_tp/sys_enter', pid: 1 });
    using held = tracepoint.attach();
    expect(errorOf(() => held.detach()).code).toBe('SKEP_NOT_SUPPORTED');
  });

  test('xdp without a link is replaced where the expected program is there, and only then', () => {
    using first = new Counter({ section: 'xdp', result: XDP_PASS });
    using second = new Counter({ section: 'xdp', result: XDP_PASS });
    const link = first.attach({ device: 'right', replace: true });
    expect(errorOf(() => second.attach({ device: 'right', replace: programOf(second) })).code).toBe('SKEP_BUSY');
    const next = second.attach({ device: 'right', replace: programOf(first) });
    net.sendFrames(2);
    expect([first.total, second.total]).toEqual([0, 2]);
    link[Symbol.dispose]();
    net.sendFrames(1);
    expect(second.total).toBe(3);
    next[Symbol.dispose]();
    net.sendFrames(1);
    expect(second.total).toBe(3);
  });

  const rows = [
    { place: 'tcx', since: '6.6', section: 'tc', go: NEXT, stop: TC_ACT_OK },
    { place: 'cgroup', since: '6.17', section: 'cgroup/sock_create', go: 1, stop: 1 },
  ].filter(({ since }) => hasSince(since));

  test.for(rows)('$place: programs run in the order that was asked for', ({ place, section, go, stop }) => {
    const where = place === 'tcx' ? { device: 'right' } : { cgroup: cgroup.path };
    const cause = (count: number) => {
      if (place === 'tcx') net.sendFrames(count);
      else for (let made = 0; made < count; made++) cgroup.run('socket(my $s, PF_INET, SOCK_DGRAM, 0) or die $!;');
    };
    using middle = new Counter({ section, result: stop });
    using before = new Counter({ section, result: go });
    using after = new Counter({ section, result: go });
    using middleLink = middle.attach(where);
    using _before = before.attach({ ...where, before: middleLink });
    using _after = after.attach({ ...where, after: place === 'tcx' ? programOf(middle) : middleLink });
    cause(2);
    // What stands behind a program that decides never runs at tcx.
    expect([before.total, middle.total, after.total]).toEqual(place === 'tcx' ? [2, 2, 0] : [2, 2, 2]);
    using first = new Counter({ section, result: stop });
    using _first = first.attach({ ...where, before: 'all' });
    cause(3);
    expect(first.total).toBe(3);
    expect(before.total).toBe(place === 'tcx' ? 2 : 5);
    using late = new Counter({ section, result: go });
    const stale = errorOf(() => late.attach({ ...where, expectedRevision: 1n }));
    expect(stale).toMatchObject({ errno: 'ESTALE', code: 'SKEP_BUSY' });
    expect(errorOf(() => late.attach({ ...where, before: first.collection, after: 'all' })).code).toBe('SKEP_USAGE');
    expect(errorOf(() => late.attach({ ...where, before: {} })).code).toBe('SKEP_USAGE');
    if (place === 'tcx') late.attach({ ...where, after: programOf(middle).info().id })[Symbol.dispose]();
  });
});
