import type { NamedHeader } from '../header.ts';
import { be16 } from '../integers.ts';
import type { RecordView } from '../record.ts';
import type { Scalar } from '../schema.ts';
import { IPPROTO_TCP, IPPROTO_UDP } from './ip-protocols.ts';
import { Ipv4 } from './ipv4.ts';
import { Ipv6 } from './ipv6.ts';
import { netHeader } from './net-header.ts';

type L4PortsFields = { src: Scalar<be16>; dst: Scalar<be16> };
/** The ports of TCP or UDP, 4 bytes: `ctx.parse(Eth, Ipv4, L4Ports)` takes both. */
export interface L4Ports extends RecordView<L4PortsFields> {}
export const L4Ports: NamedHeader<L4PortsFields, L4Ports> = netHeader(
  { src: be16, dst: be16 },
  {
    follows: () => [
      [Ipv4, IPPROTO_TCP],
      [Ipv4, IPPROTO_UDP],
      [Ipv6, IPPROTO_TCP],
      [Ipv6, IPPROTO_UDP],
    ],
  },
);
