import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, readFileSync } from 'node:fs';
import { pid } from 'node:process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Collection, loadCollection } from '../../../core/src/host/index.ts';
import { needsBpf } from '../../../core/test/support/needs.ts';
import { kernel } from '../../src/index.ts';
import { call } from './support/calls.ts';
import { errorOf } from './support/error-of.ts';
import { noteAttachedAs, noteRefused } from './support/matrix.ts';
import { Namespace } from './support/namespace.ts';
import { programObject } from './support/program.ts';
import { hasSince } from './support/since.ts';

const SOL_TCP = 6;
const TCP_CONGESTION = 13;
const PORT = 4500;

/** Loads a program; without the structs of `.struct_ops.link` where the kernel is too old for them. */
function load(name: string): Collection {
  const spec = programObject(name);
  const maps = [...spec.maps].filter(([, { section }]) => hasSince('6.4') || section !== '.struct_ops.link');
  return loadCollection({ ...spec, maps: new Map(maps) }, kernel(), { ownsHost: true });
}

const count = (collection: Collection, name: string): number => Number(collection.globals[name]?.get());

needsBpf('ip').describe('struct_ops', () => {
  let net: Namespace;
  beforeAll(() => {
    net = new Namespace();
  });
  afterAll(() => net[Symbol.dispose]());

  /** A connection whose client asks for a congestion control, from its beginning to its end. */
  const connect = (name: string) => {
    const choose = (socket: number) => {
      const text = new TextEncoder().encode(name);
      call('setsockopt', socket, SOL_TCP, TCP_CONGESTION, text, text.length);
    };
    const [client, server] = net.connection(PORT, choose);
    call('sendto', client, Uint8Array.of(1, 2, 3), 3, 0, null, 0);
    closeSync(client);
    closeSync(server);
  };

  const rows = [
    { map: 'linked', name: 'skep_linked', section: '.struct_ops.link', since: '6.4' },
    { map: 'plain', name: 'skep_plain', section: '.struct_ops', since: '5.6' },
  ].filter(({ since }) => hasSince(since));

  test.for(rows)('$section: a congestion control serves connections until it is taken back', async (row, { task }) => {
    using collection = load('congestion-control');
    expect(() => connect(row.name)).toThrow('errno 2');
    const map = collection.maps[row.map];
    const link = map?.attach();
    expect(map?.spec.structOps).toMatchObject({ struct: 'tcp_congestion_ops' });
    expect((link?.id ?? 0) > 0).toBe(row.section === '.struct_ops.link');
    for (let made = 1; made <= 3; made++) {
      connect(row.name);
      expect(count(collection, 'begun')).toBe(made);
    }
    await expect.poll(() => count(collection, 'ended'), { interval: 1 }).toBe(3);
    expect(errorOf(() => map?.attach()).code).toBe('SKEP_BUSY');
    noteAttachedAs(task, `${row.section} tcp_congestion_ops`, 'struct_ops', link);
    link?.[Symbol.dispose]();
    link?.[Symbol.dispose]();
    expect(() => connect(row.name)).toThrow('errno 2');
    if (row.map === 'plain') {
      // A map that was registered without a link is spent.
      expect(errorOf(() => map?.attach()).code).toBe('SKEP_BUSY');
      return;
    }
    using _again = map?.attach();
    connect(row.name);
    expect(count(collection, 'begun')).toBe(4);
  });

  test('the end of a collection takes it back', () => {
    const collection = load('congestion-control');
    collection.maps.plain?.attach();
    collection.dispose();
    expect(readFileSync('/proc/sys/net/ipv4/tcp_available_congestion_control', 'utf8')).not.toContain('skep');
  });

  test('sched_ext: a scheduler meets every new task', ({ task }) => {
    if (!existsSync('/sys/kernel/sched_ext')) {
      const error = errorOf(() => loadCollection(programObject('scheduler'), kernel(), { ownsHost: true }));
      expect(error).toMatchObject({
        code: 'SKEP_NOT_SUPPORTED',
        reason: expect.stringMatching(/needs Linux 6\.12|Linux 6\.12 and later/),
      });
      noteRefused(task, '.struct_ops.link sched_ext_ops', 'struct_ops', error.reason ?? '');
      return;
    }
    using collection = load('scheduler');
    collection.globals.parent?.set(pid);
    const link = collection.maps.scheduler?.attach();
    expect(readFileSync('/sys/kernel/sched_ext/root/ops', 'utf8').trim()).toBe('skep_scheduler');
    const before = count(collection, 'made');
    const run = () => spawnSync('ip', ['link']);
    for (let made = 1; made <= 5; made++) run();
    expect(count(collection, 'made') - before).toBe(5);
    noteAttachedAs(task, '.struct_ops.link sched_ext_ops', 'struct_ops', link);
    link?.[Symbol.dispose]();
    const after = count(collection, 'made');
    run();
    expect(count(collection, 'made')).toBe(after);
  });

  test('a struct that the kernel does not have, and a member that it does not have', () => {
    const spec = programObject('congestion-control');
    const linked = spec.maps.get('plain');
    if (linked?.structOps === undefined) throw new Error('no struct_ops');
    const other = { ...linked, structOps: { ...linked.structOps, struct: 'no_such_ops' } };
    const maps = new Map([['plain', other] as const]);
    expect(errorOf(() => loadCollection({ ...spec, maps }, kernel(), { ownsHost: true }))).toMatchObject({
      code: 'SKEP_NOT_SUPPORTED',
      reason: expect.stringContaining('bpf_struct_ops_no_such_ops'),
    });
    const begin = spec.programs.get('begin');
    if (begin === undefined) throw new Error('no program');
    const stray = { ...begin, structMember: { struct: 'tcp_congestion_ops', member: 'no_such_member' } };
    const programs = new Map([...spec.programs, ['begin', stray] as const]);
    expect(
      errorOf(() => loadCollection({ ...spec, programs }, kernel(), { programs: ['begin'], ownsHost: true })).message,
    ).toContain('has no member no_such_member');
  });
});
