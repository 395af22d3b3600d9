import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load, packet } from 'skep';

const program = new URL('../src/firewall.bpf.ts', import.meta.url);
const XDP_DROP = 1;

/** A packet from an address. */
const from = (src: string) => packet().eth().ipv4({ src }).tcp({ dst: 443 });

test('packets from blocked addresses are dropped', async () => {
  await using fw = await load(program);
  fw.maps.rules?.set('10.0.0.0/8', { action: XDP_DROP, hits: 0n });
  assert.equal(fw.programs.firewall?.run(from('10.1.2.3')).verdict, 'XDP_DROP');
  assert.equal(fw.programs.firewall?.run(from('192.0.2.1')).verdict, 'XDP_PASS');
});

test('countOnly lets everything through', async () => {
  await using fw = await load(program, { config: { countOnly: 1 } });
  fw.maps.rules?.set('10.0.0.0/8', { action: XDP_DROP, hits: 0n });
  assert.equal(fw.programs.firewall?.run(from('10.1.2.3')).verdict, 'XDP_PASS');
});
