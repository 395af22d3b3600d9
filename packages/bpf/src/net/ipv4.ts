import { ipv4 } from '../addresses.ts';
import { bits } from '../bits.ts';
import type { NamedHeader } from '../header.ts';
import { be16, u8 } from '../integers.ts';
import type { RecordView } from '../record.ts';
import type { Scalar } from '../schema.ts';
import type { Bit } from './bit.ts';
import { Eth } from './eth.ts';
import { ETH_P_IP } from './ether-types.ts';
import { IPPROTO_IPIP } from './ip-protocols.ts';
import { netHeader } from './net-header.ts';
import { Vlan } from './vlan.ts';

type Ipv4Fields = {
  version: Bit<4>;
  ihl: Bit<4>;
  dscp: Bit<6>;
  ecn: Bit<2>;
  totalLength: Scalar<be16>;
  id: Scalar<be16>;
  flags: Bit<3>;
  fragmentOffset: Bit<13>;
  ttl: Scalar<u8>;
  protocol: Scalar<u8>;
  checksum: Scalar<be16>;
  src: typeof ipv4;
  dst: typeof ipv4;
};
/** IPv4, 20 bytes and options: `ihl * 4` bytes in all. `fragmentOffset` counts units of 8 bytes. */
export interface Ipv4 extends RecordView<Ipv4Fields> {}
export const Ipv4: NamedHeader<Ipv4Fields, Ipv4> = netHeader(
  {
    version: bits(4),
    ihl: bits(4),
    dscp: bits(6),
    ecn: bits(2),
    totalLength: be16,
    id: be16,
    flags: bits(3),
    fragmentOffset: bits(13),
    ttl: u8,
    protocol: u8,
    checksum: be16,
    src: ipv4,
    dst: ipv4,
  },
  {
    length: (h) => h.ihl * 4,
    next: (h) => h.protocol,
    follows: () => [
      [Eth, ETH_P_IP],
      [Vlan, ETH_P_IP],
      [Ipv4, IPPROTO_IPIP],
    ],
  },
);
