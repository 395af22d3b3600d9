/** Loads the firewall. `npm start` runs packets through it in a virtual machine; `npm start eth0` attaches it, as root. */
import { kernel, load, packet, vm } from 'skep';
import type * as Firewall from './firewall.bpf.ts';

const XDP_DROP = 1;
const [iface] = process.argv.slice(2);

await using fw = await load<typeof Firewall>(new URL('./firewall.bpf.ts', import.meta.url), {
  host: iface === undefined ? vm() : kernel(),
  config: { countOnly: 0 },
});
fw.maps.rules.set('10.0.0.0/8', { action: XDP_DROP, hits: 0n });

if (iface === undefined) tryOut();
else await attach(iface);

for (const [address, counters] of fw.maps.perIp) console.log(address, counters.sum());

/** Runs a packet each from some addresses. */
function tryOut(): void {
  for (const src of ['10.1.2.3', '192.0.2.1', '198.51.100.7']) {
    const { verdict } = fw.programs.firewall.run(packet().eth().ipv4({ src }).tcp({ dst: 443 }));
    console.log(src, verdict);
  }
}

/** Filters what comes in at an interface, until Ctrl-C. */
async function attach(name: string): Promise<void> {
  using _link = fw.programs.firewall.attach(name);
  console.log(`attached to ${name}; Ctrl-C ends`);
  await new Promise((resolve) => process.once('SIGINT', resolve));
}
