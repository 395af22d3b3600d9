import type { NamedHeader } from '../header.ts';
import { be16 } from '../integers.ts';
import type { RecordView } from '../record.ts';
import type { Scalar } from '../schema.ts';
import { IPPROTO_UDP } from './ip-protocols.ts';
import { Ipv4 } from './ipv4.ts';
import { Ipv6 } from './ipv6.ts';
import { netHeader } from './net-header.ts';

type UdpFields = { src: Scalar<be16>; dst: Scalar<be16>; length: Scalar<be16>; checksum: Scalar<be16> };
/** UDP, 8 bytes; `length` counts the header too. */
export interface Udp extends RecordView<UdpFields> {}
export const Udp: NamedHeader<UdpFields, Udp> = netHeader(
  { src: be16, dst: be16, length: be16, checksum: be16 },
  {
    follows: () => [
      [Ipv4, IPPROTO_UDP],
      [Ipv6, IPPROTO_UDP],
    ],
  },
);
