import { bits } from '../bits.ts';
import type { NamedHeader } from '../header.ts';
import { be16 } from '../integers.ts';
import type { RecordView } from '../record.ts';
import type { Scalar } from '../schema.ts';
import type { Bit } from './bit.ts';
import { Eth } from './eth.ts';
import { ETH_P_8021AD, ETH_P_8021Q } from './ether-types.ts';
import { netHeader } from './net-header.ts';

type VlanFields = { priority: Bit<3>; dropEligible: Bit<1>; id: Bit<12>; type: Scalar<be16> };
/** An 802.1Q tag after its EtherType, 4 bytes; `type` is the EtherType of what follows. */
export interface Vlan extends RecordView<VlanFields> {}
export const Vlan: NamedHeader<VlanFields, Vlan> = netHeader(
  { priority: bits(3), dropEligible: bits(1), id: bits(12), type: be16 },
  {
    next: (h) => h.type,
    follows: () => [
      [Eth, ETH_P_8021Q],
      [Eth, ETH_P_8021AD],
      [Vlan, ETH_P_8021Q],
      [Vlan, ETH_P_8021AD],
    ],
  },
);
