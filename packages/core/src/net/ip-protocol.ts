/** IP protocol numbers (IANA) that skep reads or names. */
export const ipProtocols = {
  hopByHop: 0,
  icmp: 1,
  igmp: 2,
  ipv4: 4,
  tcp: 6,
  udp: 17,
  ipv6: 41,
  routing: 43,
  fragment: 44,
  gre: 47,
  esp: 50,
  ah: 51,
  icmp6: 58,
  noNextHeader: 59,
  destinationOptions: 60,
  mobility: 135,
} as const;

const names = new Map<number, string>([
  [0, 'hop-by-hop'],
  [1, 'icmp'],
  [2, 'igmp'],
  [4, 'ipip'],
  [6, 'tcp'],
  [17, 'udp'],
  [41, 'ip6'],
  [43, 'routing'],
  [44, 'fragment'],
  [47, 'gre'],
  [50, 'esp'],
  [51, 'ah'],
  [58, 'icmp6'],
  [59, 'no next header'],
  [60, 'destination options'],
  [89, 'ospf'],
  [103, 'pim'],
  [112, 'vrrp'],
  [132, 'sctp'],
  [135, 'mobility'],
  [136, 'udplite'],
]);

/** `tcp`, `gre`, ..., or `protocol 253` for one without a name here. */
export function ipProtocolName(protocol: number): string {
  return names.get(protocol) ?? `protocol ${protocol}`;
}
