import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Collection, load, type MapHandle, packet, plain, vm } from '../../src/index.ts';

const programs = {
  firewall: () => import('../types/programs/firewall.bpf.ts'),
  balancer: () => import('../types/programs/balancer.bpf.ts'),
  control: () => import('../types/programs/control.bpf.ts'),
  'tail-calls': () => import('../types/programs/tail-calls.bpf.ts'),
  'tc-copy': () => import('../types/programs/tc-copy.bpf.ts'),
};

const address = fc.constantFrom('10.0.0.100', '10.1.2.3', '11.0.0.1', '192.168.7.9');
const port = fc.constantFrom(53, 80, 443, 4789, 65_535);

/** Packets that programs look at more closely, cut and changed here and there. */
const packets = fc
  .record({
    src: address,
    dst: address,
    port,
    layers: fc.constantFrom('tcp', 'udp', 'vlan', 'arp', 'ipv6', 'options', 'random'),
    random: fc.uint8Array({ minLength: 14, maxLength: 90 }),
    cut: fc.option(fc.nat(60), { freq: 4 }),
    change: fc.option(fc.tuple(fc.nat(53), fc.nat(255)), { freq: 2 }),
  })
  .map(({ src, dst, port: number, layers, random, cut, change }) => {
    const ip = packet().eth().ipv4({ src, dst });
    const bytes =
      layers === 'tcp'
        ? ip.tcp({ dst: number, flags: 2 }).bytes()
        : layers === 'udp'
          ? ip.udp({ dst: number }).payload('hello').bytes()
          : layers === 'vlan'
            ? packet().eth().vlan({ id: 5 }).ipv4({ src, dst }).udp({ dst: number }).bytes()
            : layers === 'arp'
              ? packet().eth().arp({ senderIp: src, targetIp: dst }).bytes()
              : layers === 'ipv6'
                ? packet().eth().ipv6().tcp({ dst: number }).bytes()
                : layers === 'options'
                  ? withOptions(ip.tcp({ dst: number }).bytes())
                  : random;
    if (change !== null && change[0] < bytes.length) bytes[change[0]] = change[1];
    return cut === null ? bytes : bytes.subarray(0, Math.max(14, cut));
  });

/** An IPv4 packet with four bytes of options. */
function withOptions(bytes: Uint8Array): Uint8Array {
  const longer = new Uint8Array(bytes.length + 4);
  longer.set(bytes.subarray(0, 34));
  longer.set(bytes.subarray(34), 38);
  longer[14] = 0x46;
  return longer;
}

/** Entries that make programs go further. */
function fill({ maps }: Collection): void {
  maps.rules?.set('10.0.0.0/8', { action: 1, hits: 0n });
  maps.vips?.set(0, { ip: '10.0.0.100', port: 80, mac: '02:00:00:00:00:64' });
  maps.buckets?.set('10.1.2.3', { tokens: 2n, refilled: 0n });
  maps.backends?.set(0, { ip: '10.0.1.1', mac: '02:00:00:00:01:01', up: 1 });
  for (let index = 0; index < 65_537 && maps.maglev !== undefined; index += 1000) maps.maglev.set(index, index % 3);
}

/** Everything that a program left behind. */
function stateOf({ maps, globals }: Collection): unknown {
  const contents = Object.entries(maps)
    .filter(([name, { spec }]) => !name.startsWith('.') && spec.type !== 'prog_array')
    .map(([name, map]): [string, unknown] => [name, contentsOf(map)]);
  const variables = Object.entries(globals)
    .filter(([, { spec }]) => spec.linkage === 'global')
    .map(([name, global]): [string, unknown] => [name, global.get()]);
  return { ...Object.fromEntries(contents), ...Object.fromEntries(variables) };
}

function contentsOf(map: MapHandle): unknown {
  const { type, maxEntries } = map.spec;
  if (type === 'ringbuf') return map.drain();
  if (type === 'queue' || type === 'stack') return map.peek();
  const rows = [...map].filter(([, value]) => maxEntries < 10_000 || !isZero(value));
  return rows.sort(([left], [right]) => (String(left) < String(right) ? -1 : 1));
}

const isZero = (value: unknown): boolean => value === 0;

describe.each(Object.entries(programs))('%s', (name, importModule) => {
  test('means the same as plain TypeScript and in the VM', async () => {
    const url = new URL(`../types/programs/${name}.bpf.ts`, import.meta.url);
    await using left = await load(url, { host: plain(importModule) });
    await using right = await load(url, { host: vm() });
    for (const collection of [left, right]) fill(collection);
    expect(Object.keys(left.programs).sort()).toEqual(Object.keys(right.programs).sort());
    fc.assert(
      fc.property(packets, fc.constantFrom(...Object.keys(left.programs)), (bytes, program) => {
        const [mine, theirs] = [left, right].map(({ programs }) => programs[program]?.run(bytes, { time: 7n }));
        expect({ ...mine, duration: 0 }).toEqual({ ...theirs, duration: 0 });
      }),
      { numRuns: 200, seed: 11 },
    );
    expect(stateOf(left)).toEqual(stateOf(right));
  });
});
