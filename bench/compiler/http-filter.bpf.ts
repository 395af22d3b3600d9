/** A socket filter that keeps TCP to and from one port. It sees packets from the IP header on. */
import { config, socketFilter, u16 } from 'skep/bpf';
import { IPPROTO_TCP, Ipv4, L4Ports } from 'skep/bpf/net';

export const port = config(u16, 80);

export const http = socketFilter((ctx): number => {
  const ip = ctx.copy(Ipv4, 0);
  if (!ip || ip.version !== 4 || ip.protocol !== IPPROTO_TCP || ip.fragmentOffset !== 0) return 0;
  const ports = ctx.copy(L4Ports, ip.ihl * 4);
  if (!ports) return 0;
  return ports.src === port.value || ports.dst === port.value ? ctx.length : 0;
});
