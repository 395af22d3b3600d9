import { kernel, load, packet } from 'skep';
import type * as Firewall from '../programs/firewall.bpf.ts';
import type * as Opens from '../programs/opens.bpf.ts';
import type * as Guard from '../programs/redirect.bpf.ts';
import type * as Tc from '../programs/tc-copy.bpf.ts';

const url = new URL('x:');
// @ts-expect-error unknown config key
await load<typeof Firewall>(url, { config: { countonly: 1 } });
// @ts-expect-error config value of another type
await load<typeof Firewall>(url, { config: { countOnly: '1' } });
// @ts-expect-error a map is no config
await load<typeof Firewall>(url, { config: { rules: 1 } });
// @ts-expect-error unknown option
await load<typeof Firewall>(url, { hots: kernel() });

await using fw = await load<typeof Firewall>(url);
// @ts-expect-error keys are text
fw.maps.rules.get(1);
// @ts-expect-error keys are text
fw.maps.rules.set(167772161, { action: 1, hits: 0n });
// @ts-expect-error hits is missing
fw.maps.rules.set('10.0.0.0/8', { action: 1 });
// @ts-expect-error a number for a bigint
fw.maps.rules.set('10.0.0.0/8', { action: 1, hits: 0 });
// @ts-expect-error userland values are read-only
fw.maps.rules.get('10.0.0.0/8')!.action = 2;
// @ts-expect-error the entry may be missing
fw.maps.rules.get('10.0.0.0/8').action;
// @ts-expect-error read-only, and per CPU
fw.maps.perIp.get('10.0.0.1')!.sum().packets += 1n;
// @ts-expect-error one value for each CPU
fw.maps.perIp.set('10.0.0.1', { packets: 1n, bytes: 1n });
// @ts-expect-error no such map
fw.maps.perIP;
// @ts-expect-error a config is no map
fw.maps.countOnly;
// @ts-expect-error wrong attach option
fw.programs.firewall.attach('eth0', { mode: 'fast' });
// @ts-expect-error an option of tc
fw.programs.firewall.attach('eth0', { direction: 'ingress' });
// @ts-expect-error an interface is required
fw.programs.firewall.attach();
// @ts-expect-error no such verdict
fw.programs.firewall.run(packet().eth()).verdict === 'XDP_DORP';
// @ts-expect-error TCP needs IP
packet().eth().tcp();

await using tracer = await load<typeof Opens>(url);
// @ts-expect-error the target stands in the source
tracer.programs.onOpen.attach('eth0');
// @ts-expect-error events are read with for await
for (const open of tracer.maps.opens) open;
for await (const open of tracer.maps.opens) {
  // @ts-expect-error events are read-only
  open.pid = 1;
}
await using guard = await load<typeof Guard>(url);
// @ts-expect-error a cgroup path, not a number
guard.programs.redirect.attach(5);
// @ts-expect-error ports are numbers
guard.maps.services.get({ ip: '10.0.0.1', port: '80' });
await using tc = await load<typeof Tc>(url);
// @ts-expect-error the direction is required
tc.programs.egress.attach('eth0');
// @ts-expect-error text has no sum
tc.maps.perCpu.get(0)!.sum().note;
