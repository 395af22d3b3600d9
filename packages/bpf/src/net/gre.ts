import { bits } from '../bits.ts';
import type { NamedHeader } from '../header.ts';
import { header } from '../header.ts';
import { be16 } from '../integers.ts';
import type { RecordView } from '../record.ts';
import type { Scalar } from '../schema.ts';
import type { Bit } from './bit.ts';
import { IPPROTO_GRE } from './ip-protocols.ts';
import { Ipv4 } from './ipv4.ts';
import { Ipv6 } from './ipv6.ts';

type GreFields = {
  hasChecksum: Bit<1>;
  hasRouting: Bit<1>;
  hasKey: Bit<1>;
  hasSequence: Bit<1>;
  reserved: Bit<9>;
  version: Bit<3>;
  protocol: Scalar<be16>;
};
/**
 * GRE (RFC 2784, RFC 2890), 4 bytes, and 4 more for each of a checksum, a key and a sequence number; `protocol` is the
 * EtherType of what follows.
 */
export interface Gre extends RecordView<GreFields> {}
export const Gre: NamedHeader<GreFields, Gre> = header(
  {
    hasChecksum: bits(1),
    hasRouting: bits(1),
    hasKey: bits(1),
    hasSequence: bits(1),
    reserved: bits(9),
    version: bits(3),
    protocol: be16,
  },
  {
    length: (h) => 4 + h.hasChecksum * 4 + h.hasKey * 4 + h.hasSequence * 4,
    next: (h) => h.protocol,
    follows: [
      [Ipv4, IPPROTO_GRE],
      [Ipv6, IPPROTO_GRE],
    ],
  },
);
