import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StructType } from '../../../core/src/btf/index.ts';
import { needsBpf } from '../../../core/test/support/needs.ts';
import { vmlinux } from '../../src/btf/vmlinux.ts';
import { IteratorLink } from '../../src/index.ts';
import { Cgroup } from './support/cgroup.ts';
import { Counter } from './support/counter.ts';
import { errorOf } from './support/error-of.ts';
import { noteAttached } from './support/matrix.ts';
import { Namespace } from './support/namespace.ts';
import { hasSince } from './support/since.ts';

/** Byte offset of a member in a struct of the running kernel. */
function offsetOf(struct: string, member: string): number {
  const id = vmlinux().findByName(struct, 'struct') ?? 0;
  const found = (vmlinux().type(id) as StructType).members.find(({ name }) => name === member);
  if (found === undefined) throw new Error(`struct ${struct} has no ${member}`);
  return found.bitOffset / 8;
}

/** Counts only calls with something at a place of the context: the last call of a walk has nothing. */
const present = (offset: number) => `  r1 = *(u64 *)(r6 + ${offset})\n  if r1 == 0 goto out\n`;

/** Lines behind the heading of a file that lists what an iterator walks over. */
const listed = (file: string, heading = 1) => readFileSync(file, 'utf8').trimEnd().split('\n').length - heading;

const read = (link: unknown): Uint8Array => {
  expect(link).toBeInstanceOf(IteratorLink);
  return (link as IteratorLink).read();
};

needsBpf('ip').describe('iterators', () => {
  let net: Namespace;
  let child: ChildProcess;
  beforeAll(() => {
    net = new Namespace();
    child = spawn('sleep', ['600'], { stdio: 'ignore' });
  });
  afterAll(() => {
    net[Symbol.dispose]();
    child.kill('SIGKILL');
  });

  test('an iterator gives what its program writes', () => {
    const filter = `  r1 = *(u64 *)(r6 + 0)
  r1 = *(u64 *)(r1 + 0)
  r2 = *(u64 *)(r6 + 8)
  if r2 == 0 goto out
  r3 = 0x70656b73
  *(u32 *)(r10 - 4) = r3
  r2 = r10
  r2 += -4
  r3 = 4
  call 127
`;
    using counter = new Counter({ section: 'iter/bpf_map', filter });
    const link = counter.attach();
    const output = read(link);
    expect(counter.total).toBeGreaterThan(0);
    expect(new TextDecoder().decode(output)).toBe('skep'.repeat(counter.total));
    link[Symbol.dispose]();
  });

  test('an iterator over a map meets each element once', ({ task }) => {
    // bpf_iter__bpf_map_elem: meta, map, key, value; the last call has no key.
    const filter = '  r1 = *(u64 *)(r6 + 16)\n  if r1 == 0 goto out\n';
    const maps = '.map elements, type=hash, key=4, value=4, max_entries=8\n';
    using counter = new Counter({ section: 'iter/bpf_map_elem', filter, maps });
    const elements = counter.collection.maps.elements;
    for (const key of [1, 2, 3]) elements?.map.update(Uint8Array.of(key, 0, 0, 0), new Uint8Array(4));
    expect(errorOf(() => counter.attach()).code).toBe('SKEP_USAGE');
    const link = counter.attach({ map: elements ?? {} });
    noteAttached(task, 'iter/bpf_map_elem', counter, link);
    read(link);
    expect(counter.total).toBe(3);
    read(link);
    expect(counter.total).toBe(6);
    link[Symbol.dispose]();
    expect(errorOf(() => (link as IteratorLink).read()).code).toBe('SKEP_USAGE');
  });

  const objects = [
    { name: 'bpf_prog', path: [offsetOf('bpf_prog', 'aux'), offsetOf('bpf_prog_aux', 'id')] },
    { name: 'bpf_map', path: [offsetOf('bpf_map', 'id')] },
    { name: 'bpf_link', path: [offsetOf('bpf_link', 'id')], since: '5.19' },
  ].filter(({ since }) => since === undefined || hasSince(since));

  test.for(objects)('iter/$name meets one of ours once', ({ name, path }, { task }) => {
    using other = new Counter({ section: 'xdp', result: 2 });
    using otherLink = other.attach({ device: 'right' });
    const { count } = other.collection.programs;
    const map = other.collection.maps['.bss']?.info();
    const id = { bpf_prog: count?.info().id, bpf_map: map?.id, bpf_link: otherLink.id }[name];
    const steps = path.map((offset, step) => `  r1 = *(u${step === path.length - 1 ? 32 : 64} *)(r1 + ${offset})\n`);
    const filter = `${present(8)}${steps.join('')}  if r1 != ${id} goto out\n`;
    using counter = new Counter({ section: `iter/${name}`, filter });
    const link = counter.attach();
    read(link);
    expect(counter.total).toBe(1);
    read(link);
    expect(counter.total).toBe(2);
    noteAttached(task, `iter/${name}`, counter, link);
  });

  const ofProcess = [
    { name: 'task', filter: present(8), count: () => 1 },
    { name: 'task_file', filter: present(24), count: (pid: number) => readdirSync(`/proc/${pid}/fd`).length },
    {
      name: 'task_vma',
      filter: present(16),
      // The page of old system calls is no mapping of the process.
      count: (pid: number) => listed(`/proc/${pid}/maps`, 0) - Number(/vsyscall/.test(mapsOf(pid))),
    },
  ].filter(() => hasSince('6.1'));

  test.for(ofProcess)('iter/$name, of one process: each once', async ({ name, filter, count }, { task }) => {
    const pid = child.pid ?? 0;
    await expect.poll(() => readFileSync(`/proc/${pid}/comm`, 'utf8'), { interval: 1 }).toBe('sleep\n');
    using counter = new Counter({ section: `iter/${name}`, filter });
    const link = counter.attach({ pid });
    read(link);
    expect(counter.total).toBe(count(pid));
    noteAttached(task, `iter/${name}`, counter, link);
    using thread = new Counter({ section: `iter/${name}`, filter });
    read(thread.attach({ tid: pid }));
    expect(thread.total).toBe(count(pid));
  });

  test.for([
    { name: 'tcp', file: 'tcp', heading: 1 },
    { name: 'udp', file: 'udp', heading: 1 },
    { name: 'unix', file: 'unix', heading: 1 },
    { name: 'netlink', file: 'netlink', heading: 1 },
    { name: 'ipv6_route', file: 'ipv6_route', heading: 0 },
  ])('iter/$name meets what /proc lists', ({ name, file, heading }, { task }) => {
    const sockets = [net.receiver(4700), ...net.connection(4701)];
    using counter = new Counter({ section: `iter/${name}`, filter: present(8) });
    const link = counter.attach();
    read(link);
    expect(counter.total).toBe(listed(`/proc/thread-self/net/${file}`, heading));
    if (name !== 'unix') expect(counter.total).toBeGreaterThan(0);
    noteAttached(task, `iter/${name}`, counter, link);
    for (const socket of sockets) closeSync(socket);
  });

  const ksym = hasSince('6.0') ? ['ksym'] : [];
  test.for(ksym)('iter/%s meets what /proc/kallsyms lists', async (name, { task }) => {
    using counter = new Counter({ section: `iter/${name}`, filter: present(8) });
    const link = counter.attach();
    // Symbols of programs, trampolines and probes come and go, and kernels differ in which of them the walk meets.
    const symbols = readFileSync('/proc/kallsyms', 'utf8').trimEnd().split('\n');
    const fixed = symbols.filter((line) => !/\[(bpf|__builtin__\w+)\]$/.test(line)).length;
    read(link);
    // The walk's last call, which has nothing, shows the symbol before it.
    expect(counter.total - 1).toBeGreaterThanOrEqual(fixed);
    expect(counter.total - 1).toBeLessThan(symbols.length + 200);
    noteAttached(task, `iter/${name}`, counter, link);
  });

  const orders = (['self', 'descendants', 'ancestors'] as const).filter(() => hasSince('6.1'));
  test.for(orders)('iter/cgroup, %s', (order, { task }) => {
    using outer = new Cgroup();
    using middle = new Cgroup(outer.path);
    using _inner = new Cgroup(middle.path);
    using _other = new Cgroup(middle.path);
    const filter = present(8);
    using counter = new Counter({ section: 'iter/cgroup', filter });
    const link = counter.attach({ cgroup: middle.path, order });
    read(link);
    const above = middle.path.split('/').length - cgroupRootDepth(middle.path);
    expect(counter.total).toBe({ self: 1, descendants: 3, ancestors: above + 1 }[order]);
    noteAttached(task, `iter/cgroup, ${order}`, counter, link);
  });
});

const mapsOf = (pid: number): string => readFileSync(`/proc/${pid}/maps`, 'utf8');

/** Number of parts of the path where the file system of cgroups is mounted. */
function cgroupRootDepth(path: string): number {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  const mount = mounts
    .map((line) => line.split(' '))
    .find(([, at, type]) => type === 'cgroup2' && path.startsWith(at ?? ''));
  return (mount?.[1] ?? '').split('/').length;
}
