/**
 * Attaches the firewall to a network card and shows each second who sends most, until it is interrupted. As root:
 *
 *     node --import tsx examples/firewall/firewall.ts eth0 10.0.0.0/8
 */
import { setInterval } from 'node:timers/promises';
import { kernel, load } from 'skep';
import type * as Firewall from './firewall.bpf.ts';

const XDP_DROP = 1;
const [device = 'lo', ...blocked] = process.argv.slice(2);
let running = true;
process.once('SIGINT', () => {
  running = false;
});

await using firewall = await load<typeof Firewall>(new URL('./firewall.bpf.ts', import.meta.url), {
  host: kernel(), // or vm(), the default, to run it on packets of your own
  config: { countOnly: 0 },
});
const { rules, perIp } = firewall.maps;
for (const prefix of blocked) rules.set(prefix, { action: XDP_DROP, hits: 0n });

using _link = firewall.programs.firewall.attach(device);
for await (const _ of setInterval(1000)) {
  if (!running) break;
  const senders = [...perIp].map(([source, counters]) => ({ source, ...counters.sum() }));
  senders.sort((one, other) => Number(other.packets - one.packets));
  console.table(senders.slice(0, 10));
}
