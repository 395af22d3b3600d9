import { afterAll, beforeAll, expect, test } from 'vitest';
import { SkepError } from '../../../core/src/base/index.ts';
import type { AttachTarget } from '../../../core/src/host/index.ts';
import { needsBpf } from '../../../core/test/support/needs.ts';
import { Cgroup, cgroupRoot } from './support/cgroup.ts';
import { Counter, type CounterParts } from './support/counter.ts';
import { errorOf } from './support/error-of.ts';
import { noteAttached, noteRefused, refusalOf } from './support/matrix.ts';
import { Namespace } from './support/namespace.ts';
import { rowsHere } from './support/since.ts';

const udp = 'socket(my $s, PF_INET, SOCK_DGRAM, 0) or die $!;';
const udp6 = 'socket(my $s, PF_INET6, SOCK_DGRAM, 0) or die $!;';
const bind = "bind($s, pack_sockaddr_in(4400, inet_aton('127.0.0.1'))) or die $!;";
const bind6 = "bind($s, pack_sockaddr_in6(4400, inet_pton(AF_INET6, '::1'))) or die $!;";
const send = "send($s, 'x', 0, pack_sockaddr_in(4400, inet_aton('127.0.0.1'))) or die $!;";
const send6 = "send($s, 'x', 0, pack_sockaddr_in6(4400, inet_pton(AF_INET6, '::1'))) or die $!;";
const receive = 'defined(recv($s, my $b, 9, 0)) or die $!;';
const connect = "connect($s, pack_sockaddr_in(4400, inet_aton('127.0.0.1'))) or die $!;";
const connect6 = "connect($s, pack_sockaddr_in6(4400, inet_pton(AF_INET6, '::1'))) or die $!;";
const unix = 'socket(my $s, PF_UNIX, SOCK_DGRAM, 0) or die $!; bind($s, pack_sockaddr_un("\\0skep-$$")) or die $!;';
const sendUnix = 'send($s, "x", 0, pack_sockaddr_un("\\0skep-$$")) or die $!;';
const connectUnix = 'connect($s, pack_sockaddr_un("\\0skep-$$")) or die $!;';
const stream = `socket(my $l, PF_INET, SOCK_STREAM, 0) or die $!;
bind($l, pack_sockaddr_in(4400, inet_aton('127.0.0.1'))) or die $!; listen($l, 1) or die $!;
socket(my $s, PF_INET, SOCK_STREAM, 0) or die $!; ${connect}`;
/** Counts only connections that are established from this side: BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB is 4. */
const established = '  r1 = *(u32 *)(r6 + 0)\n  if r1 != 4 goto out\n';

interface Row extends CounterParts {
  /** Perl that makes the event happen once. */
  readonly script: string;
  readonly target?: AttachTarget;
  /** First Linux that has it. */
  readonly since?: string;
}

const rows: readonly Row[] = [
  { section: 'cgroup_skb/ingress', script: udp + bind + send + receive },
  { section: 'cgroup_skb/egress', script: udp + bind + send + receive },
  { section: 'cgroup/sock_create', script: udp },
  { section: 'cgroup/sock_release', script: udp },
  { section: 'cgroup/post_bind4', script: udp + bind },
  { section: 'cgroup/post_bind6', script: udp6 + bind6 },
  { section: 'cgroup/bind4', script: udp + bind },
  { section: 'cgroup/bind6', script: udp6 + bind6 },
  { section: 'cgroup/connect4', script: udp + connect },
  { section: 'cgroup/connect6', script: udp6 + connect6 },
  { section: 'cgroup/connect_unix', since: '6.7', script: unix + connectUnix },
  { section: 'cgroup/sendmsg4', script: udp + send },
  { section: 'cgroup/sendmsg6', script: udp6 + send6 },
  { section: 'cgroup/sendmsg_unix', since: '6.7', script: unix + sendUnix },
  { section: 'cgroup/recvmsg4', script: udp + bind + send + receive },
  { section: 'cgroup/recvmsg6', script: udp6 + bind6 + send6 + receive },
  { section: 'cgroup/recvmsg_unix', since: '6.7', script: unix + sendUnix + receive },
  { section: 'cgroup/getpeername4', script: `${udp + connect}getpeername($s) or die $!;` },
  { section: 'cgroup/getpeername6', script: `${udp6 + connect6}getpeername($s) or die $!;` },
  { section: 'cgroup/getpeername_unix', since: '6.7', script: `${unix + connectUnix}getpeername($s) or die $!;` },
  { section: 'cgroup/getsockname4', script: `${udp + bind}getsockname($s) or die $!;` },
  { section: 'cgroup/getsockname6', script: `${udp6 + bind6}getsockname($s) or die $!;` },
  { section: 'cgroup/getsockname_unix', since: '6.7', script: `${unix}getsockname($s) or die $!;` },
  { section: 'cgroup/getsockopt', script: `${udp}getsockopt($s, SOL_SOCKET, SO_TYPE) or die $!;` },
  { section: 'cgroup/setsockopt', script: `${udp}setsockopt($s, SOL_SOCKET, SO_BROADCAST, 1) or die $!;` },
  { section: 'cgroup/sysctl', script: "open(my $f, '<', '/proc/sys/kernel/ostype') or die $!; <$f>;" },
  { section: 'cgroup/dev', script: "open(my $f, '<', '/dev/zero') or die $!;" },
  { section: 'sockops', filter: established, script: stream },
];

const root = cgroupRoot();
needsBpf('ip', 'perl', ...(root === undefined ? ['cgroup2'] : [])).describe('programs at cgroups', () => {
  let net: Namespace;
  let cgroup: Cgroup;
  beforeAll(() => {
    net = new Namespace();
    cgroup = new Cgroup();
  });
  afterAll(() => {
    cgroup[Symbol.dispose]();
    net[Symbol.dispose]();
  });

  test.for(rowsHere(rows))('$section counts exactly and no longer after detaching', (row, { task }) => {
    using counter = new Counter({ result: 1, ...row });
    const link = counter.attach({ cgroup: cgroup.path });
    expect(link.id).toBeGreaterThan(0);
    cgroup.run(row.script);
    expect(counter.total).toBe(1);
    noteAttached(task, row.section, counter, link);
    link[Symbol.dispose]();
    link[Symbol.dispose]();
    cgroup.run(row.script);
    expect(counter.total).toBe(1);
  });

  test('cgroup/skb needs a direction', () => {
    using counter = new Counter({ section: 'cgroup/skb', result: 1 });
    expect(errorOf(() => counter.attach({ cgroup: cgroup.path })).code).toBe('SKEP_USAGE');
    using _link = counter.attach({ cgroup: cgroup.path, direction: 'egress' });
    cgroup.run(udp + bind + send + receive);
    expect(counter.total).toBe(1);
  });

  test('a program that allows no other keeps others away until it is detached', ({ task }) => {
    using first = new Counter({ section: 'cgroup/sock_create', result: 1 });
    using second = new Counter({ section: 'cgroup/sock_create', result: 1 });
    using child = new Cgroup(cgroup.path);
    const link = first.attach({ cgroup: cgroup.path, allow: 'none' });
    noteAttached(task, 'cgroup/sock_create, allow none', first, link);
    expect(errorOf(() => second.attach({ cgroup: child.path })).code).toBe('SKEP_BUSY');
    const same = errorOf(() => second.attach({ cgroup: cgroup.path }));
    expect(same).toMatchObject({ code: 'SKEP_BUSY', errno: 'EPERM' });
    expect(same.reason).toMatch(/program count \(id \d+\)/);
    expect(errorOf(() => link.pin('/sys/fs/bpf/never')).code).toBe('SKEP_NOT_SUPPORTED');
    cgroup.run(udp);
    link[Symbol.dispose]();
    cgroup.run(udp);
    expect(first.total).toBe(1);
    using _link = second.attach({ cgroup: child.path });
    child.run(udp);
    expect(second.total).toBe(1);
  });

  test('what is no cgroup is told', () => {
    using counter = new Counter({ section: 'cgroup/sock_create', result: 1 });
    expect(errorOf(() => counter.attach({ cgroup: `${cgroup.path}/none` })).code).toBe('SKEP_NO_SUCH_NAME');
    expect(errorOf(() => counter.attach({ cgroup: '/tmp' }))).toMatchObject({
      code: 'SKEP_NO_SUCH_NAME',
      errno: 'EBADF',
    });
    expect(errorOf(() => counter.attach()).code).toBe('SKEP_USAGE');
  });

  test('lsm_cgroup counts exactly, or says why not', ({ task }) => {
    try {
      using counter = new Counter({ section: 'lsm_cgroup/socket_bind', result: 1 });
      const link = counter.attach({ cgroup: cgroup.path });
      for (let made = 1; made <= 3; made++) {
        cgroup.run(udp + bind);
        expect(counter.total).toBe(made);
      }
      noteAttached(task, 'lsm_cgroup', counter, link);
      link[Symbol.dispose]();
      cgroup.run(udp + bind);
      expect(counter.total).toBe(3);
    } catch (error) {
      if (!(error instanceof SkepError)) throw error;
      expect(error.code).toBe('SKEP_NOT_SUPPORTED');
      noteRefused(task, 'lsm_cgroup', 'lsm', refusalOf(error));
    }
  });
});
