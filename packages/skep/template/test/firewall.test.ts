import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load, packet, plain, vm } from 'skep';
import type * as Firewall from '../src/firewall.bpf.ts';

const program = new URL('../src/firewall.bpf.ts', import.meta.url);
const XDP_DROP = 1;

/** A packet from an address. */
const from = (src: string) => packet().eth().ipv4({ src }).tcp({ dst: 443 });

/** As plain TypeScript, where a debugger stops in it, and as the eBPF program that it compiles to. */
for (const host of [plain(() => import('../src/firewall.bpf.ts')), vm()]) {
  test(`packets from blocked addresses are dropped (${host.name})`, async () => {
    await using fw = await load<typeof Firewall>(program, { host });
    fw.maps.rules.set('10.0.0.0/8', { action: XDP_DROP, hits: 0n });
    assert.equal(fw.programs.firewall.run(from('10.1.2.3')).verdict, 'XDP_DROP');
    assert.equal(fw.programs.firewall.run(from('192.0.2.1')).verdict, 'XDP_PASS');
    assert.equal(fw.maps.perIp.get('10.1.2.3')?.sum().packets, 1n);
  });
}

test('countOnly lets everything through', async () => {
  await using fw = await load<typeof Firewall>(program, { config: { countOnly: 1 } });
  fw.maps.rules.set('10.0.0.0/8', { action: XDP_DROP, hits: 0n });
  assert.equal(fw.programs.firewall.run(from('10.1.2.3')).verdict, 'XDP_PASS');
});
