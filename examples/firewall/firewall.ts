/**
 * Attaches the firewall to a network card and prints who sends most, until it is interrupted. As root:
 *
 *     node --import tsx examples/firewall/firewall.ts eth0 10.0.0.0/8
 */
import { kernel, load } from 'skep';
import type * as Firewall from './firewall.bpf.ts';

const XDP_DROP = 1;
const [device = 'lo', ...blocked] = process.argv.slice(2);

await using firewall = await load<typeof Firewall>(new URL('./firewall.bpf.ts', import.meta.url), {
  host: kernel(), // or vm(), the default, to run it on packets of your own
  config: { countOnly: 0 },
});
const { rules, perIp } = firewall.maps;
for (const prefix of blocked) rules.set(prefix, { action: XDP_DROP, hits: 0n });

using _link = firewall.programs.firewall.attach(device);
console.log(`attached to ${device}; press Ctrl-C to end`);
await new Promise<void>((resolve) => process.once('SIGINT', resolve));

const senders = [...perIp].map(([source, counters]) => ({ source, ...counters.sum() }));
senders.sort((one, other) => Number(other.packets - one.packets));
console.table(senders.slice(0, 10));
