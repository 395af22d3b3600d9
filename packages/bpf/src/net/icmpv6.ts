import type { NamedHeader } from '../header.ts';
import { header } from '../header.ts';
import { be16, be32, u8 } from '../integers.ts';
import type { RecordView } from '../record.ts';
import type { Scalar } from '../schema.ts';
import { IPPROTO_ICMPV6 } from './ip-protocols.ts';
import { Ipv6 } from './ipv6.ts';

type Icmpv6Fields = { type: Scalar<u8>; code: Scalar<u8>; checksum: Scalar<be16>; rest: Scalar<be32> };
/** ICMPv6 (RFC 4443), 8 bytes; the meaning of `rest` depends on `type`. */
export interface Icmpv6 extends RecordView<Icmpv6Fields> {}
export const Icmpv6: NamedHeader<Icmpv6Fields, Icmpv6> = header(
  { type: u8, code: u8, checksum: be16, rest: be32 },
  { follows: [[Ipv6, IPPROTO_ICMPV6]] },
);
