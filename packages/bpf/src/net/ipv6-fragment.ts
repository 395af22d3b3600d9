import { bits } from '../bits.ts';
import type { NamedHeader } from '../header.ts';
import { header } from '../header.ts';
import { be32, u8 } from '../integers.ts';
import type { RecordView } from '../record.ts';
import type { Scalar } from '../schema.ts';
import type { Bit } from './bit.ts';
import { IPPROTO_FRAGMENT } from './ip-protocols.ts';
import { Ipv6 } from './ipv6.ts';

type Ipv6FragmentFields = {
  nextHeader: Scalar<u8>;
  reserved: Scalar<u8>;
  offset: Bit<13>;
  flags: Bit<3>;
  id: Scalar<be32>;
};
/** The fragment header of IPv6 (RFC 8200 section 4.5), 8 bytes. `offset` counts units of 8 bytes. */
export interface Ipv6Fragment extends RecordView<Ipv6FragmentFields> {}
export const Ipv6Fragment: NamedHeader<Ipv6FragmentFields, Ipv6Fragment> = header(
  { nextHeader: u8, reserved: u8, offset: bits(13), flags: bits(3), id: be32 },
  { next: (h) => h.nextHeader, follows: [[Ipv6, IPPROTO_FRAGMENT]] },
);
