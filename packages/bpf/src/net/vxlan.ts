import { bits } from '../bits.ts';
import type { NamedHeader } from '../header.ts';
import { header } from '../header.ts';
import type { RecordView } from '../record.ts';
import type { Bit } from './bit.ts';

type VxlanFields = { flags: Bit<8>; reserved: Bit<24>; vni: Bit<24>; reserved2: Bit<8> };
/** VXLAN (RFC 7348), 8 bytes behind UDP to port 4789; an Ethernet frame follows. */
export interface Vxlan extends RecordView<VxlanFields> {}
export const Vxlan: NamedHeader<VxlanFields, Vxlan> = header({
  flags: bits(8),
  reserved: bits(24),
  vni: bits(24),
  reserved2: bits(8),
});
