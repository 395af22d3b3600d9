import { mac } from '../addresses.ts';
import type { NamedHeader } from '../header.ts';
import { be16 } from '../integers.ts';
import type { RecordView } from '../record.ts';
import type { Scalar } from '../schema.ts';
import { netHeader } from './net-header.ts';

type EthFields = { dst: typeof mac; src: typeof mac; type: Scalar<be16> };
/** Ethernet II, 14 bytes. */
export interface Eth extends RecordView<EthFields> {}
export const Eth: NamedHeader<EthFields, Eth> = netHeader({ dst: mac, src: mac, type: be16 }, { next: (h) => h.type });
