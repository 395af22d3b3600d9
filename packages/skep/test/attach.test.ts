import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { needsBpf } from '../../core/test/support/needs.ts';
import { Namespace } from '../../kernel/test/link/support/namespace.ts';
import { build, programs, root, skep, temporaryFolder } from './support/cli.ts';
import { Running } from './support/running.ts';

const firewall = 'examples/firewall/firewall.s';
const events = `${programs}/events.s`;
const calls = `${programs}/calls.s`;
const web = 'examples/captures/web.pcap';
const doctor = `${process.execPath} packages/skep/dist/bin.js doctor`;
const folder = temporaryFolder();

beforeAll(build, 60_000);
afterAll(() => folder.remove());

describe('options that contradict each other', () => {
  test.each<[name: string, args: string[], message: RegExp]>([
    ['--iface without --kernel', ['--iface', 'lo'], /--iface goes with --kernel only[\s\S]*add --kernel/],
    ['--seconds without --kernel', ['--seconds', '1', '--pcap', web], /--seconds goes with --kernel only/],
    ['--pcap and --iface', ['--kernel', '--iface', 'lo', '--pcap', web], /--pcap does not go with --iface/],
    ['--limit without --pcap', ['--kernel', '--iface', 'lo', '--limit', '1'], /--limit goes with --pcap only/],
    ['--seconds abc', ['--kernel', '--iface', 'lo', '--seconds', 'abc'], /expected a number of seconds/],
    ['--seconds -1', ['--kernel', '--iface', 'lo', '--seconds', '-1'], /expected a number of seconds|argument missing/],
    ['--pid 0', ['--kernel', '--pid', '0'], /expected a whole number from 1/],
    ['a mode that does not exist', ['--kernel', '--iface', 'lo', '--mode', 'fast'], /native, generic, offload/],
    ['a hook that does not exist', ['--kernel', '--hook', 'ipv4/inside'], /one of prerouting, input/],
    ['no place', ['--kernel'], /give --iface NAME, or a capture/],
    ['no packets', [], /name a capture: --pcap FILE; or attach/],
  ])('%s', async (_, args, message) => {
    const { status, stdout, stderr } = await skep(['run', firewall, ...args]);
    expect(stderr).toMatch(message);
    expect(stderr).toContain('SKEP_USAGE');
    expect(stdout.length).toBe(0);
    expect(status).toBe(2);
  });
});

/** Programs that the kernel shows at a device of this namespace. */
const attachedTo = (device: string): string =>
  /prog\/xdp id \d+/.exec(execFileSync('ip', ['-d', 'link', 'show', 'dev', device], { encoding: 'utf8' }))?.[0] ?? '';

needsBpf('ip', 'tc', 'setpriv', 'unshare').describe('skep run --kernel, attached', () => {
  let net: Namespace;
  beforeAll(() => {
    net = new Namespace();
  });
  afterAll(() => net[Symbol.dispose]());

  const attach = async (file: string, ...args: string[]): Promise<Running> => {
    const running = new Running(['run', file, '--kernel', ...args]);
    await running.attached();
    return running;
  };

  test('writes events as they come, then the result, and detaches on Ctrl-C', async () => {
    const running = await attach(events, '--iface', 'right', '--json');
    expect(attachedTo('right')).not.toBe('');
    net.sendFrames(3);
    await running.printed(3);
    const { status, stdout } = await running.stop('SIGINT');
    const lines = stdout.toString().trimEnd().split('\n');
    expect(lines.slice(0, 3)).toEqual(Array(3).fill('{"map":"lengths","value":"3c 00 00 00"}'));
    expect(JSON.parse(lines[3] ?? '')).toMatchObject({
      program: 'events',
      type: 'xdp',
      host: 'kernel',
      attached: [{ program: 'events', type: 'xdp', section: 'xdp', where: 'interface right' }],
      events: 3,
      lost: 0,
      maps: {},
    });
    expect(status).toBe(0);
    expect(attachedTo('right')).toBe('');
  });

  test.each(['SIGTERM', 'SIGHUP'] as const)('%s is a good end, too', async (signal) => {
    const running = await attach(firewall, '--iface', 'right', '--mode', 'generic', '--set', 'blocked', '10.0.0.0/8=1');
    const { status, stdout } = await running.stop(signal);
    expect(stdout.toString()).toBe(
      'firewall (xdp): attached to interface right, generic\n\nmap blocked (lpm_trie, 1 entry)\n' +
        '  key         value\n  10.0.0.0/8      1\n\nmap counters (lru_hash, 0 entries)\n',
    );
    expect(status).toBe(0);
    expect(attachedTo('right')).toBe('');
  });

  test('the kernel detaches it when it is killed', async () => {
    const running = await attach(firewall, '--iface', 'right');
    await running.stop('SIGKILL');
    const until = performance.now() + 3000;
    while (attachedTo('right') !== '' && performance.now() < until);
    expect(attachedTo('right')).toBe('');
  });

  test('a reader that goes away ends it', async () => {
    const running = await attach(events, '--iface', 'right');
    running.child.stdout?.destroy();
    net.sendFrames(1);
    expect((await running.ended).status).toBe(0);
    expect(attachedTo('right')).toBe('');
  });

  test('tc programs go to both directions; the time ends it', async () => {
    const object = join(folder.path, 'both.s');
    const body = (name: string, way: string) =>
      `.section tc/${way}\n.globl ${name}\n${name}:\n r1 = counts ll\n r2 = r10\n r2 += -4\n *(u32 *)(r10 - 4) = ${way === 'egress' ? 1 : 0}\n` +
      ' call bpf_map_lookup_elem\n if r0 == 0 goto +2\n r1 = 1\n lock *(u64 *)(r0 + 0) += r1\n r0 = -1\n exit\n';
    const text = `.map counts, type=array, key=u32, value=u64, max_entries=2\n${body('in', 'ingress')}${body('out', 'egress')}`;
    execFileSync('tee', [object], { input: text });
    const running = await attach(object, '--iface', 'left', '--seconds', '0.3', '--json');
    net.sendFrames(5);
    const { status, stdout } = await running.ended;
    const { attached, maps } = JSON.parse(stdout.toString());
    expect(attached.map(({ where }: { where: string }) => where)).toEqual([
      'interface left, ingress',
      'interface left, egress',
    ]);
    expect(maps.counts.entries[1].value).toBe(5);
    expect(status).toBe(0);
  });

  test('what the section names needs no option', async () => {
    const running = await attach(calls, '--set', '.rodata', `target=${process.pid}`);
    for (let signal = 0; signal < 3; signal += 1) process.kill(process.pid, 0);
    await running.printed(3);
    // The signal that ends it is one of them.
    const { status, stdout } = await running.stop('SIGINT');
    expect(stdout.toString()).toBe(
      `${'signals  00 00 00 00\n'.repeat(3)}signals  02 00 00 00\n\non_kill (tracepoint): attached to tracepoint/syscalls/sys_enter_kill\n4 events\n\n` +
        'map counts (hash, 2 entries)\n  key  value\n    0      1\n    2      1\n',
    );
    expect(status).toBe(0);
  });

  test('an iterator writes its text and is done', async () => {
    const { status, stdout } = await skep(['run', `${programs}/iterate.s`, '--kernel']);
    expect(stdout.toString()).toBe('done.\nonce (tracing): attached to iter/bpf_map\n');
    expect(status).toBe(0);
  });

  test('--pin leaves it attached until the pin is removed', async () => {
    const pins = mkdtempSync('/sys/fs/bpf/skep-test-');
    try {
      const { status, stderr } = await skep([
        'run',
        firewall,
        '--kernel',
        '--iface',
        'right',
        '--pin',
        pins,
        '--seconds',
        '0',
      ]);
      expect(`${status} ${stderr}`).toMatch(/^0 .*\npinned in/);
      expect(attachedTo('right')).not.toBe('');
      const again = await skep(['run', firewall, '--kernel', '--iface', 'right', '--seconds', '0']);
      expect(again.stderr).toMatch(
        /SKEP_BUSY[\s\S]*program firewall \(id \d+\) is attached there[\s\S]*or try --mode generic/,
      );
      expect(again.status).toBe(1);
    } finally {
      rmSync(pins, { recursive: true });
    }
    expect(attachedTo('right')).toBe('');
  });

  test.each<[name: string, args: string[], status: number, message: RegExp]>([
    [
      'an interface that is not there',
      ['--iface', 'rihgt'],
      2,
      /no network interface rihgt[\s\S]*did you mean 'right'/,
    ],
    ['a directory that is no bpf file system', ['--iface', 'right', '--pin', tmpPath()], 2, /not on a bpf file system/],
    ['maps that are too small', ['--iface', 'right', '--set', 'one', '1=1', '2=2'], 1, /SKEP_MAP_FULL/],
    ['the card does not take it', ['--iface', 'right', '--mode', 'offload'], 3, /SKEP_NOT_SUPPORTED/],
  ])('%s: one error, nothing attached', async (_, args, expected, message) => {
    const file = join(folder.path, 'one.s');
    const text = '.map one, type=hash, key=u32, value=u32, max_entries=1\n.section xdp\nmain: r0 = 2; exit\n';
    execFileSync('tee', [file], { input: text });
    const { status, stdout, stderr } = await skep(['run', file, '--kernel', '--seconds', '0', ...args]);
    expect(stderr).toMatch(message);
    expect(stderr.match(/error SKEP_/g)).toHaveLength(1);
    expect(stdout.toString()).toBe('');
    expect(status).toBe(expected);
    expect(attachedTo('right')).toBe('');
  });

  test('a rejected program: the end of the log, and all of it in --log', async () => {
    const log = join(folder.path, 'log');
    const run = ['run', `${programs}/fault.s`, '--kernel', '--iface', 'right', '--log', log];
    const { status, stderr } = await skep(run);
    expect(stderr).toMatch(
      /fault\.s:6:3: [\s\S]*log of the verifier, its end:[\s\S]*R2 offset is outside of the packet/,
    );
    expect(readFileSync(log, 'utf8')).toMatch(/R1=ctx\(\)[\s\S]*processed/);
    expect(status).toBe(1);
    expect(attachedTo('right')).toBe('');
  });

  test('without root: exit 3 and what to do', async () => {
    const { status, stderr } = await skep(['run', firewall, '--kernel', '--iface', 'right'], { unprivileged: true });
    expect(stderr).toMatch(/SKEP_NOT_PERMITTED[\s\S]*run as root or with CAP_BPF/);
    expect(status).toBe(3);
  });

  test('doctor --clean removes what a killed process left, and nothing else', async () => {
    // Records of other processes of this machine stay out of sight: /run is empty in this mount namespace.
    const script = `mount -t tmpfs none /run
      ${process.execPath} --conditions=source --import tsx packages/kernel/test/link/support/holder.ts "$@" > "$OUT" &
      until [ -s "$OUT" ]; do sleep 0.02; done
      ${doctor} --clean; kill -9 $!; wait
      ${doctor} --json | grep -o 'program count[^"]*'; ${doctor} --clean; ${doctor} --clean --json`;
    const target = JSON.stringify({ device: 'right', direction: 'ingress', priority: 7 });
    const text = execFileSync('unshare', ['--mount', 'sh', '-c', script, 'sh', 'tc', '0', target], {
      cwd: root,
      env: { ...process.env, OUT: join(folder.path, 'link') },
      encoding: 'utf8',
    });
    const left = String.raw`program count \(id \d+\) at device right, ingress[^,]*(, as [^,]*)?, of process \d+`;
    expect(text).toMatch(new RegExp(`^nothing was left behind\n${left}\nremoved ${left}\n{"removed":\\[\\]}\n$`));
    const filters = execFileSync('tc', ['filter', 'show', 'dev', 'right', 'ingress'], { encoding: 'utf8' });
    expect(filters).toBe('');
  });

  test.each([
    ['missing', 'mount -t tmpfs none /sys/kernel/btf', 3, 'SKEP_NOT_SUPPORTED'],
    ['broken', 'mount --bind /dev/null /sys/kernel/btf/vmlinux', 2, 'SKEP_BAD_BTF'],
  ])('%s types of the kernel', async (_, hide, expected, code) => {
    const shell = ['unshare', '--mount', 'sh', '-c', `${hide} && exec "$@"`, 'sh'];
    const { status, stderr } = await new Running(['run', `${programs}/iterate.s`, '--kernel'], shell).ended;
    expect(stderr).toContain(code);
    expect(status).toBe(expected);
  });
});

function tmpPath(): string {
  return join(folder.path, 'pins');
}

needsBpf().test('skep feature probe takes a word', async () => {
  const { status, stdout } = await skep(['feature', 'probe', 'xdp', '--json']);
  const { programTypes, mapTypes, attachTypes } = JSON.parse(stdout.toString());
  const names = (rows: { name: string }[]) => rows.map(({ name }) => name);
  expect(names(programTypes)).toEqual(['xdp']);
  expect(names(mapTypes)).toEqual([]);
  expect(names(attachTypes)).toEqual(expect.arrayContaining(['xdp', 'xdp_devmap', 'xdp_cpumap']));
  expect(status).toBe(0);
  const none = await skep(['feature', 'probe', 'nothing']);
  expect(none.stderr).toContain('SKEP_NO_SUCH_NAME');
  expect(none.status).toBe(2);
});

test('skep doctor names each finding with what to do', async () => {
  const { stdout } = await skep(['doctor', '--json']);
  const { findings } = JSON.parse(stdout.toString());
  for (const finding of findings)
    expect(finding).toMatchObject({ found: expect.any(String), gives: expect.any(String) });
  if (!existsSync('/proc/self/status')) return;
  expect(findings.map(({ name }: { name: string }) => name)).toEqual(
    expect.arrayContaining(['koffi', 'capabilities', 'kernel BTF', 'bpf file system', 'nothing left behind']),
  );
});
