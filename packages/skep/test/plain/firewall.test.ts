import { describe, expect, test } from 'vitest';
import { load, packet, plain, SkepError, vm } from '../../src/index.ts';
import type * as Firewall from '../types/programs/firewall.bpf.ts';

const url = new URL('../types/programs/firewall.bpf.ts', import.meta.url);
const hosts = [plain(() => import('../types/programs/firewall.bpf.ts')), vm()];
const from = (src: string) => packet().eth().ipv4({ src }).tcp();

describe.each(hosts)('firewall on $name', (host) => {
  test('blocked addresses are dropped', async () => {
    await using fw = await load<typeof Firewall>(url, { host });
    fw.maps.rules.set('10.0.0.0/8', { action: 1, hits: 0n });
    expect(fw.programs.firewall.run(from('10.1.2.3')).verdict).toBe('XDP_DROP');
    expect(fw.programs.firewall.run(from('11.1.2.3')).verdict).toBe('XDP_PASS');
    expect(fw.maps.perIp.get('10.1.2.3')?.sum().packets).toBe(1n);
    expect(fw.maps.rules.get('10.0.0.0/8')).toEqual({ action: 1, hits: 1n });
    expect([...fw.maps.perIp].map(([ip, counters]) => [ip, counters.sum()]).sort()).toEqual([
      ['10.1.2.3', { packets: 1n, bytes: 54n }],
      ['11.1.2.3', { packets: 1n, bytes: 54n }],
    ]);
  });

  test('a constant is fixed when it is loaded', async () => {
    await using fw = await load<typeof Firewall>(url, { host, config: { countOnly: 1 } });
    fw.maps.rules.set('10.0.0.0/8', { action: 1, hits: 0n });
    expect(fw.programs.firewall.run(from('10.1.2.3')).verdict).toBe('XDP_PASS');
  });

  test('loads share nothing, also when they run by turns', async () => {
    await using first = await load<typeof Firewall>(url, { host });
    await using second = await load<typeof Firewall>(url, { host, config: { countOnly: 1 } });
    for (const fw of [first, second]) fw.maps.rules.set('10.0.0.0/8', { action: 1, hits: 0n });
    for (let round = 0; round < 3; round += 1) {
      expect(first.programs.firewall.run(from('10.1.2.3')).verdict).toBe('XDP_DROP');
      expect(second.programs.firewall.run(from('10.9.9.9')).verdict).toBe('XDP_PASS');
    }
    expect([...first.maps.perIp.keys()]).toEqual(['10.1.2.3']);
    expect([...second.maps.perIp.keys()]).toEqual(['10.9.9.9']);
    expect(second.maps.rules.get('10.9.9.9')?.hits).toBe(3n);
  });

  test('frames that are too short, or no IP, pass', async () => {
    await using fw = await load<typeof Firewall>(url, { host });
    expect(fw.programs.firewall.run(new Uint8Array(13)).verdict).toBe('XDP_PASS');
    expect(fw.programs.firewall.run(packet().eth().arp()).verdict).toBe('XDP_PASS');
    expect([...fw.maps.perIp]).toEqual([]);
  });

  test('a name that is not there is a SkepError', async () => {
    const config = { nothing: 1 } as object;
    await expect(load<typeof Firewall>(url, { host, config })).rejects.toBeInstanceOf(SkepError);
  });
});
