import { describe, expect, test } from 'vitest';
import { load, packet, plain, vm } from '../../src/index.ts';
import type * as Balancer from '../types/programs/balancer.bpf.ts';

const url = new URL('../types/programs/balancer.bpf.ts', import.meta.url);
const hosts = [plain(() => import('../types/programs/balancer.bpf.ts')), vm()];
const vip = { ip: '10.0.0.100', port: 80, mac: '02:00:00:00:00:64' };
const backend = { ip: '10.0.1.1', mac: '02:00:00:00:01:01', up: 1 };

describe.each(hosts)('balancer on $name', (host) => {
  test('packets for the service go to a backend, in IP in IP', async () => {
    await using lb = await load<typeof Balancer>(url, { host });
    lb.maps.vips.set(0, vip);
    lb.maps.backends.set(0, backend);
    const inner = packet().eth().ipv4({ src: '10.2.0.1', dst: vip.ip }).tcp({ src: 1234, dst: 80 }).bytes();
    const { verdict, data } = lb.programs.balance.run(inner);
    expect(verdict).toBe('XDP_TX');
    expect(data.length).toBe(inner.length + 20);
    const outer = packet()
      .eth({ src: vip.mac, dst: backend.mac })
      .ipv4({ src: vip.ip, dst: backend.ip, ttl: 64, protocol: 4 });
    expect(data.subarray(0, 18)).toEqual(outer.payload(inner.subarray(14)).bytes().subarray(0, 18));
    expect(data.subarray(34)).toEqual(inner.subarray(14));
    expect(lb.maps.stats.get(0)?.sum()).toEqual({ packets: 1n, bytes: BigInt(inner.length), noBackend: 0n });
  });

  test('the checksum of the outer header is right', async () => {
    await using lb = await load<typeof Balancer>(url, { host });
    lb.maps.vips.set(0, vip);
    lb.maps.backends.set(0, backend);
    const { data } = lb.programs.balance.run(packet().eth().ipv4({ dst: vip.ip }).udp({ dst: 80 }));
    let sum = 0;
    for (let at = 14; at < 34; at += 2) sum += ((data[at] ?? 0) << 8) | (data[at + 1] ?? 0);
    expect((sum & 0xffff) + (sum >>> 16)).toBe(0xffff);
  });

  test.each([
    ['other addresses pass', { dst: '10.0.0.99' }, 80, 'XDP_PASS'],
    ['other ports pass', { dst: vip.ip }, 81, 'XDP_PASS'],
    ['without a backend that is up they are dropped', { dst: vip.ip }, 80, 'XDP_DROP'],
  ] as const)('%s', async (_, fields, dst, verdict) => {
    await using lb = await load<typeof Balancer>(url, { host });
    lb.maps.vips.set(0, vip);
    lb.maps.backends.set(0, { ...backend, up: 0 });
    expect(lb.programs.balance.run(packet().eth().ipv4(fields).tcp({ dst })).verdict).toBe(verdict);
    expect(lb.maps.stats.get(0)?.sum().noBackend).toBe(verdict === 'XDP_DROP' ? 1n : 0n);
  });
});
