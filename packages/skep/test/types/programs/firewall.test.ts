import { load, packet, plain, vm } from 'skep';
import { XDP } from 'skep/bpf';
import { expect, test } from 'vitest';
import type * as Firewall from './firewall.bpf.ts';

const url = new URL('./firewall.bpf.ts', import.meta.url);

for (const host of [plain(() => import('./firewall.bpf.ts')), vm()])
  test(`blocked addresses are dropped (${host.name})`, async () => {
    await using fw = await load<typeof Firewall>(url, { host });
    fw.maps.rules.set('10.0.0.0/8', { action: XDP.DROP, hits: 0n });
    expect(fw.programs.firewall.run(packet().eth().ipv4({ src: '10.1.2.3' }).tcp()).verdict).toBe('XDP_DROP');
    expect(fw.maps.perIp.get('10.1.2.3')?.sum().packets).toBe(1n);
  });
