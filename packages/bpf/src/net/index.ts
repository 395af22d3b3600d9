/**
 * `skep/bpf/net`: the headers of everyday packets and their constants. All integers are host-order values.
 *
 * Each header is a named interface, so that an editor shows `[Eth, Ipv4] | undefined` for `ctx.parse(Eth, Ipv4)`
 * and not two dozen fields. The fields are type aliases, not interfaces, because only an alias satisfies the
 * index signature of `Fields`.
 */
export { Arp } from './arp.ts';
export { Eth } from './eth.ts';
export { ETH_P_8021AD, ETH_P_8021Q, ETH_P_ARP, ETH_P_IP, ETH_P_IPV6 } from './ether-types.ts';
export { Gre } from './gre.ts';
export { Icmp } from './icmp.ts';
export { ICMP_DEST_UNREACH, ICMP_ECHO, ICMP_ECHOREPLY, ICMP_TIME_EXCEEDED } from './icmp-types.ts';
export { Icmpv6 } from './icmpv6.ts';
export {
  IPPROTO_DSTOPTS,
  IPPROTO_FRAGMENT,
  IPPROTO_GRE,
  IPPROTO_HOPOPTS,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_IPIP,
  IPPROTO_IPV6,
  IPPROTO_ROUTING,
  IPPROTO_TCP,
  IPPROTO_UDP,
} from './ip-protocols.ts';
export { Ipv4 } from './ipv4.ts';
export { Ipv6 } from './ipv6.ts';
export { Ipv6Extension } from './ipv6-extension.ts';
export { Ipv6Fragment } from './ipv6-fragment.ts';
export { L4Ports } from './l4-ports.ts';
export { Tcp } from './tcp.ts';
export { TCP_ACK, TCP_FIN, TCP_PSH, TCP_RST, TCP_SYN, TCP_URG } from './tcp-flags.ts';
export { Udp } from './udp.ts';
export { Vlan } from './vlan.ts';
export { Vxlan } from './vxlan.ts';
