import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson, stringifyJson } from '@skep/core/base';
import { PcapWriter } from '@skep/core/net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { needsBpf } from '../../core/test/support/needs.ts';
import { kernel, load, packet, VerifierError } from '../src/index.ts';
import { build, programs, root, skep, temporaryFolder } from './support/cli.ts';

const firewall = 'examples/firewall/firewall.s';
const web = 'examples/captures/web.pcap';
const folder = temporaryFolder();
const bpf = needsBpf();

beforeAll(build, 60_000);
afterAll(() => folder.remove());

test.each([
  ['--seed', '1'],
  ['--cpus', '2'],
  ['--memory', '1M'],
])('%s does not go with --kernel', async (option, value) => {
  const { status, stderr } = await skep(['run', firewall, '--pcap', web, '--kernel', option, value]);
  expect(stderr).toContain(`SKEP_USAGE: ${option} does not go with --kernel`);
  expect(status).toBe(2);
});

/** A report with the entries of its maps in order: of a hash they come in any. */
function sorted(json: Buffer): Record<string, unknown> {
  const report = parseJson(json.toString()) as { maps: Record<string, { entries: unknown[] }> };
  for (const map of Object.values(report.maps))
    map.entries.sort((a, b) => (stringifyJson(a as never) < stringifyJson(b as never) ? -1 : 1));
  return { ...report };
}

bpf.describe('skep run --kernel', () => {
  const both = async (...args: string[]) => {
    const vm = await skep(['run', ...args, '--pcap', web, '--as-test-run']);
    const kernel = await skep(['run', ...args, '--pcap', web, '--kernel']);
    return { vm, kernel };
  };

  test('prints the text of the VM', async () => {
    const { vm, kernel } = await both(firewall, '--maps', 'examples/firewall/blocklist.json', '--print');
    expect(kernel.stdout.toString()).toBe(vm.stdout.toString());
    expect(kernel.status).toBe(0);
  });

  test('gives the JSON of the VM, and says where it ran', async () => {
    const { vm, kernel } = await both(firewall, '--set', 'blocked', '10.10.0.66/32=1', '--json');
    expect(sorted(kernel.stdout)).toEqual({ ...sorted(vm.stdout), host: 'kernel', engine: 'kernel' });
  });

  test('reads events', async () => {
    const { vm, kernel } = await both(`${programs}/events.s`, '--json');
    const events = (text: Buffer) => (parseJson(text.toString()) as { events: unknown }).events;
    expect(events(kernel.stdout)).toEqual(events(vm.stdout));
  });

  test('a rejected program: the reason of the verifier, at its line of the source', async () => {
    const { status, stderr } = await skep(['run', `${programs}/fault.s`, '--pcap', web, '--kernel']);
    expect(stderr).toMatch(/fault\.s:6:3: .* error SKEP_REJECTED[\s\S]*outside of the packet/);
    expect(status).toBe(1);
  });

  test('a rejected program as JSON: the whole log', async () => {
    const { stderr } = await skep(['run', `${programs}/fault.s`, '--pcap', web, '--kernel', '--json']);
    expect(JSON.parse(stderr).error.log).toMatch(/R2 offset is outside of the packet[\s\S]*processed/);
  });

  test('packets that the kernel refuses are counted', async () => {
    const capture = join(folder.path, 'short.pcap');
    const writer = new PcapWriter();
    const frames = [new Uint8Array(9), packet().eth().ipv4().udp().bytes()];
    for (const data of frames) writer.write({ seconds: 0, nanoseconds: 0, data, originalLength: data.length });
    writeFileSync(capture, writer.take());
    const { status, stdout, stderr } = await skep(['run', firewall, '--pcap', capture, '--kernel']);
    expect(stdout.toString()).toContain('1 packet\n');
    expect(stderr).toContain('note: 1 packet left out');
    expect(status).toBe(0);
  });

  test('an interface that is not there', async () => {
    const { status, stderr } = await skep(['run', firewall, '--pcap', web, '--kernel', '--ifindex', '123456']);
    expect(stderr).toContain('SKEP_NO_SUCH_NAME');
    expect(status).toBe(2);
  });

  test('without root: exit 3 and what to do', async () => {
    for (const args of [
      ['run', firewall, '--pcap', web, '--kernel'],
      ['feature', 'probe'],
    ]) {
      const { status, stderr } = await skep(args, { unprivileged: true });
      expect(stderr).toMatch(/SKEP_NOT_PERMITTED[\s\S]*run as root or with CAP_BPF/);
      expect(status).toBe(3);
    }
  });
});

bpf.describe('load on the kernel', () => {
  test('maps, programs and verdicts, as in the VM', async () => {
    const host = kernel();
    {
      await using fw = await load(join(root, firewall), { host });
      fw.maps.blocked?.set('10.0.0.0/8', 1);
      const from = (src: string) => packet().eth().ipv4({ src }).tcp();
      expect(fw.programs.firewall?.run(from('10.1.2.3')).verdict).toBe('XDP_DROP');
      expect(fw.programs.firewall?.run(from('11.1.2.3'), { ifindex: 1, repeat: 3 }).verdict).toBe('XDP_PASS');
      expect(fw.maps.counters?.get('11.1.2.3')).toMatchObject({ packets: 3n });
    }
    host.dispose();
  });

  test('a rejection is a VerifierError with the log', async () => {
    const host = kernel();
    const error: unknown = await load(join(root, programs, 'fault.s'), { host }).catch((thrown: unknown) => thrown);
    host.dispose();
    expect(error).toBeInstanceOf(VerifierError);
    expect(error).toMatchObject({ code: 'SKEP_REJECTED', log: expect.stringContaining('outside of the packet') });
  });
});

bpf.describe('skep feature probe', () => {
  test('lists program types and map types', async () => {
    const { status, stdout } = await skep(['feature', 'probe']);
    expect(stdout.toString()).toMatch(
      /^Linux [\s\S]*program types \(\d+ of \d+\)[\s\S]*yes {2}xdp\n[\s\S]*yes {2}lpm_trie/,
    );
    expect(status).toBe(0);
  });

  test('lists helpers as JSON', async () => {
    const { stdout } = await skep(['feature', 'probe', '--helpers', '--json']);
    const { programTypes } = JSON.parse(stdout.toString());
    const xdp = programTypes.find(({ name }: { name: string }) => name === 'xdp');
    expect(xdp).toMatchObject({
      supported: true,
      helpers: expect.arrayContaining(['map_lookup_elem', 'xdp_adjust_head']),
    });
    expect(xdp.helpers).not.toContain('skb_store_bytes');
  });
});
