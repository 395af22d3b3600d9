import type { NamedHeader } from '../header.ts';
import { header } from '../header.ts';
import { u8 } from '../integers.ts';
import type { RecordView } from '../record.ts';
import type { Scalar } from '../schema.ts';
import { IPPROTO_DSTOPTS, IPPROTO_HOPOPTS, IPPROTO_ROUTING } from './ip-protocols.ts';
import { Ipv6 } from './ipv6.ts';

type Ipv6ExtensionFields = { nextHeader: Scalar<u8>; length: Scalar<u8> };
/**
 * The start of a hop-by-hop, routing or destination options header (RFC 8200 section 4), 2 bytes: `length * 8 + 8` bytes
 * in all. Walk over several of them with `ctx.at`.
 */
export interface Ipv6Extension extends RecordView<Ipv6ExtensionFields> {}
export const Ipv6Extension: NamedHeader<Ipv6ExtensionFields, Ipv6Extension> = header(
  { nextHeader: u8, length: u8 },
  {
    length: (h) => h.length * 8 + 8,
    next: (h) => h.nextHeader,
    follows: [
      [Ipv6, IPPROTO_HOPOPTS],
      [Ipv6, IPPROTO_ROUTING],
      [Ipv6, IPPROTO_DSTOPTS],
    ],
  },
);
