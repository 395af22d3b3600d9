import { ipv6 } from '../addresses.ts';
import { bits } from '../bits.ts';
import type { NamedHeader } from '../header.ts';
import { be16, u8 } from '../integers.ts';
import type { RecordView } from '../record.ts';
import type { Scalar } from '../schema.ts';
import type { Bit } from './bit.ts';
import { Eth } from './eth.ts';
import { ETH_P_IPV6 } from './ether-types.ts';
import { IPPROTO_IPV6 } from './ip-protocols.ts';
import { Ipv4 } from './ipv4.ts';
import { netHeader } from './net-header.ts';
import { Vlan } from './vlan.ts';

type Ipv6Fields = {
  version: Bit<4>;
  trafficClass: Bit<8>;
  flowLabel: Bit<20>;
  payloadLength: Scalar<be16>;
  nextHeader: Scalar<u8>;
  hopLimit: Scalar<u8>;
  src: typeof ipv6;
  dst: typeof ipv6;
};
/** IPv6, 40 bytes; extension headers come after it (walk them with `ctx.at`). */
export interface Ipv6 extends RecordView<Ipv6Fields> {}
export const Ipv6: NamedHeader<Ipv6Fields, Ipv6> = netHeader(
  {
    version: bits(4),
    trafficClass: bits(8),
    flowLabel: bits(20),
    payloadLength: be16,
    nextHeader: u8,
    hopLimit: u8,
    src: ipv6,
    dst: ipv6,
  },
  {
    next: (h) => h.nextHeader,
    follows: () => [
      [Eth, ETH_P_IPV6],
      [Vlan, ETH_P_IPV6],
      [Ipv4, IPPROTO_IPV6],
    ],
  },
);
