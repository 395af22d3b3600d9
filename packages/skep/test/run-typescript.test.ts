import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { needsBpf } from '../../core/test/support/needs.ts';
import { load, packet, SkepError } from '../src/index.ts';
import { SourceError } from '../src/program/source-error.ts';
import { build, root, skep, temporaryFolder } from './support/cli.ts';

const web = 'examples/captures/web.pcap';
const folder = temporaryFolder();
const file = (name: string) => join(folder.path, name);

/** Counts packets and bytes by source, and drops one address. */
const program = `import { config, ipv4, LruHash, struct, u32, u64, XDP, xdp } from 'skep/bpf';
import { Eth, Ipv4 } from 'skep/bpf/net';

export const Counter = struct({ packets: u64, bytes: u64 });
export const perIp = new LruHash(ipv4, Counter, { maxEntries: 1024 });
export const blocked = config(u32, 0x0a0a0042);

export const count = xdp((ctx): XDP => {
  const headers = ctx.parse(Eth, Ipv4);
  if (!headers) return XDP.PASS;
  const [, ip] = headers;
  const counter = perIp.getOrInsert(ip.src);
  if (!counter) return XDP.ABORTED;
  counter.packets += 1n;
  counter.bytes += u64(ctx.length);
  return ip.src === blocked.value ? XDP.DROP : XDP.PASS;
});
`;

beforeAll(() => {
  build();
  writeFileSync(file('count.bpf.ts'), program);
  writeFileSync(file('wrong.bpf.ts'), program.replace('ip.src === blocked.value', 'ip.source === missing'));
  writeFileSync(file('empty.bpf.ts'), '');
}, 60_000);
afterAll(() => folder.remove());

describe('commands take TypeScript', () => {
  test.concurrent('run: verdicts, maps and variables', async ({ expect }) => {
    const { status, stdout } = await skep(['run', file('count.bpf.ts'), '--pcap', web, '--rows', '2']);
    expect(stdout.toString()).toMatch(/^count \(xdp\): 439 packets\n/);
    expect(stdout.toString()).toMatch(/^XDP_DROP +63 /m);
    expect(stdout.toString()).toMatch(/^ {2}10\.10\.0\.1 +163 +41252$/m);
    expect(status).toBe(0);
  });
  needsBpf().test('run --kernel: what the VM gives', async () => {
    const args = ['run', file('count.bpf.ts'), '--pcap', web, '--json'];
    const [ours, kernels] = await Promise.all([skep(args), skep([...args, '--kernel'])]);
    const { verdicts, maps } = JSON.parse(ours.stdout.toString());
    expect(JSON.parse(kernels.stdout.toString()).verdicts).toEqual(verdicts);
    expect(maps.perIp.entries.length).toBeGreaterThan(3);
  });
  test.concurrent('dis --source shows the lines', async ({ expect }) => {
    const { stdout } = await skep(['dis', file('count.bpf.ts'), '--source']);
    expect(stdout.toString()).toMatch(/; .*count\.bpf\.ts:15\n; counter\.bytes \+= u64\(ctx\.length\);\n/);
  });
  test.concurrent('asm says what to use instead', async ({ expect }) => {
    const { status, stderr } = await skep(['asm', file('count.bpf.ts')]);
    expect(stderr).toMatch(/SKEP_USAGE: this is TypeScript[\s\S]*skep build /);
    expect(status).toBe(2);
  });
});

describe('programs that do not compile', () => {
  test.concurrent('all of it is told, then the count', async ({ expect }) => {
    const { status, stdout, stderr } = await skep(['run', file('wrong.bpf.ts'), '--pcap', web]);
    expect(stdout.toString()).toBe('');
    expect(stderr).toMatch(/wrong\.bpf\.ts:16:\d+ - error TS\d+: Property 'source' does not exist/);
    expect(stderr).toMatch(/wrong\.bpf\.ts:16:\d+ - error TS\d+: Cannot find name 'missing'/);
    expect(stderr).toMatch(/\nerror SKEP_COMPILE: it does not compile: 2 errors\n$/);
    expect(status).toBe(2);
  });
  test.concurrent('--json has the diagnostics', async ({ expect }) => {
    const { stderr } = await skep(['run', file('wrong.bpf.ts'), '--pcap', web, '--json']);
    const { error } = JSON.parse(stderr);
    expect(error).toMatchObject({ code: 'SKEP_COMPILE', place: { line: 16 } });
    expect(error.diagnostics).toMatchObject([{ line: 16 }, { line: 16 }]);
  });
  test.concurrent('an empty file', async ({ expect }) => {
    const { status, stderr } = await skep(['run', file('empty.bpf.ts'), '--pcap', web]);
    expect(stderr).toMatch(/SKEP_BAD_OBJECT: the file is empty/);
    expect(status).toBe(2);
  });
  test('load rejects with the diagnostics', async () => {
    const error = await load(file('wrong.bpf.ts')).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SkepError);
    expect(error).toBeInstanceOf(SourceError);
    expect(error instanceof SourceError && error.diagnostics.length).toBe(2);
    expect(String(error)).toMatch(/Property 'source' does not exist/);
  });
});

test('load compiles the source', async () => {
  await using collection = await load(file('count.bpf.ts'));
  const result = collection.programs.count?.run(packet().eth().ipv4({ src: '10.10.0.66' }).tcp());
  expect(result?.verdict).toBe('XDP_DROP');
  expect(collection.maps.perIp?.get('10.10.0.66')).toMatchObject({ packets: 1n });
});

test('other commands do not load the compiler', () => {
  const script = join(root, 'packages/skep/dist/bin.js');
  const { status, stderr } = spawnSync(
    process.execPath,
    [script, 'run', 'examples/firewall/firewall.s', '--pcap', web],
    {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      env: { ...process.env, NODE_DEBUG: 'esm' },
    },
  );
  expect(status).toBe(0);
  expect(stderr).toContain('packages/core/');
  expect(stderr).not.toContain('packages/compilers/');
});
