import { bits } from '../bits.ts';
import type { NamedHeader } from '../header.ts';
import { be16, be32, u8 } from '../integers.ts';
import type { RecordView } from '../record.ts';
import type { Scalar } from '../schema.ts';
import type { Bit } from './bit.ts';
import { IPPROTO_TCP } from './ip-protocols.ts';
import { Ipv4 } from './ipv4.ts';
import { Ipv6 } from './ipv6.ts';
import { netHeader } from './net-header.ts';

type TcpFields = {
  src: Scalar<be16>;
  dst: Scalar<be16>;
  seq: Scalar<be32>;
  ack: Scalar<be32>;
  dataOffset: Bit<4>;
  reserved: Bit<4>;
  flags: Scalar<u8>;
  window: Scalar<be16>;
  checksum: Scalar<be16>;
  urgent: Scalar<be16>;
};
/** TCP, 20 bytes and options: `dataOffset * 4` bytes in all. Test `flags` with TCP_SYN and friends. */
export interface Tcp extends RecordView<TcpFields> {}
export const Tcp: NamedHeader<TcpFields, Tcp> = netHeader(
  {
    src: be16,
    dst: be16,
    seq: be32,
    ack: be32,
    dataOffset: bits(4),
    reserved: bits(4),
    flags: u8,
    window: be16,
    checksum: be16,
    urgent: be16,
  },
  {
    length: (h) => h.dataOffset * 4,
    follows: () => [
      [Ipv4, IPPROTO_TCP],
      [Ipv6, IPPROTO_TCP],
    ],
  },
);
