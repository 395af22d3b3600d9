import type { NamedHeader } from '../header.ts';
import { be16, be32, u8 } from '../integers.ts';
import type { RecordView } from '../record.ts';
import type { Scalar } from '../schema.ts';
import { IPPROTO_ICMP } from './ip-protocols.ts';
import { Ipv4 } from './ipv4.ts';
import { netHeader } from './net-header.ts';

type IcmpFields = { type: Scalar<u8>; code: Scalar<u8>; checksum: Scalar<be16>; rest: Scalar<be32> };
/** ICMP, 8 bytes; the meaning of `rest` depends on `type`. */
export interface Icmp extends RecordView<IcmpFields> {}
export const Icmp: NamedHeader<IcmpFields, Icmp> = netHeader(
  { type: u8, code: u8, checksum: be16, rest: be32 },
  { follows: () => [[Ipv4, IPPROTO_ICMP]] },
);
