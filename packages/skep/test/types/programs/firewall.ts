import { kernel, load } from 'skep';
import type * as Firewall from './firewall.bpf.ts';

await using fw = await load<typeof Firewall>(new URL('./firewall.bpf.ts', import.meta.url), {
  host: kernel(), // or vm(), the default
  config: { countOnly: 0 },
});
fw.maps.rules.set('10.0.0.0/8', { action: 1, hits: 0n });
using _link = fw.programs.firewall.attach('eth0', { mode: 'native' });
for (const [ip, counters] of fw.maps.perIp) console.log(ip, counters.sum().packets); // '10.0.0.7' 42n
