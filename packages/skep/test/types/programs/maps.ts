import { kernel, load, packet } from 'skep';
import type * as Control from './control.bpf.ts';
import type * as MapsModule from './maps.bpf.ts';
import type * as Tc from './tc-copy.bpf.ts';

await using maps = await load<typeof MapsModule>(new URL('./maps.bpf.ts', import.meta.url), { host: kernel() });
const tenant = maps.maps.tenants.create(7);
tenant.set('10.0.0.1', 5n);
maps.maps.versions.get(0)?.set(1, 2);
maps.maps.byFlow.set({ src: '10.0.0.1', dst: '10.0.0.2' }, 3);
maps.maps.ports.set(1, 4);
const total: bigint | undefined = maps.maps.flows.get({ src: '10.0.0.1', dst: '10.0.0.2' })?.sum();
using entry = maps.programs.connected.attach();

await using tc = await load<typeof Tc>('./tc-copy.bpf.ts');
const stat = tc.maps.perCpu.get(0)?.sum(); // text is left out of a sum
const packets: bigint | undefined = stat?.packets;
tc.maps.hits.update('10.0.0.1', (old) => old + 1n);
for await (const { src, hash, note, delta } of tc.maps.seen) console.log(src.length, hash.length, note, delta + 1n);
using link = tc.programs.egress.attach(2, { direction: 'egress' });

await using control = await load<typeof Control>('./control.bpf.ts');
control.maps.buckets.set('10.0.0.1', { tokens: 1n, refilled: 0n }); // the lock is not seen here
control.maps.buckets.update('10.0.0.1', (bucket) => ({ ...bucket, tokens: 5n }));
console.log(control.globals.totals.get().bytes, control.globals.drops.get() + 1n, control.maps.recent.pop());
const { verdict, data } = control.programs.limit.run(
  packet().eth().vlan({ id: 5 }).ipv4().udp({ dst: 53 }).payload('x'),
);
console.log(verdict === 'XDP_DROP', data.length, total, packets, entry.id, link.id);

await using object = await load('fw.o');
console.log(Object.keys(object.maps));
