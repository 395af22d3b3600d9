import { ipv4, mac } from '../addresses.ts';
import type { NamedHeader } from '../header.ts';
import { be16, u8 } from '../integers.ts';
import type { RecordView } from '../record.ts';
import type { Scalar } from '../schema.ts';
import { Eth } from './eth.ts';
import { ETH_P_ARP } from './ether-types.ts';
import { netHeader } from './net-header.ts';
import { Vlan } from './vlan.ts';

type ArpFields = {
  hardwareType: Scalar<be16>;
  protocolType: Scalar<be16>;
  hardwareLength: Scalar<u8>;
  protocolLength: Scalar<u8>;
  operation: Scalar<be16>;
  senderMac: typeof mac;
  senderIp: typeof ipv4;
  targetMac: typeof mac;
  targetIp: typeof ipv4;
};
/** ARP for IPv4 over Ethernet, 28 bytes. */
export interface Arp extends RecordView<ArpFields> {}
export const Arp: NamedHeader<ArpFields, Arp> = netHeader(
  {
    hardwareType: be16,
    protocolType: be16,
    hardwareLength: u8,
    protocolLength: u8,
    operation: be16,
    senderMac: mac,
    senderIp: ipv4,
    targetMac: mac,
    targetIp: ipv4,
  },
  {
    follows: () => [
      [Eth, ETH_P_ARP],
      [Vlan, ETH_P_ARP],
    ],
  },
);
