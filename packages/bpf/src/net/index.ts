/**
 * `skep/bpf/net`: the headers of everyday packets and their constants. All integers are host-order values.
 *
 * Each header is a named interface, so that an editor shows `[Eth, Ipv4] | undefined` for `ctx.parse(Eth, Ipv4)`
 * and not two dozen fields. The fields are type aliases, not interfaces, because only an alias satisfies the
 * index signature of `Fields`.
 */
import type { Bits, be16, be32, ipv4, ipv6, mac, NamedHeader, RecordView, Scalar, Schema, u8 } from '../index.ts';

type Bit<Count extends number> = Schema<Bits<Count>, number>;

type EthFields = { dst: typeof mac; src: typeof mac; type: Scalar<be16> };
/** Ethernet II, 14 bytes. */
export interface Eth extends RecordView<EthFields> {}
export declare const Eth: NamedHeader<EthFields, Eth>;

type VlanFields = { priority: Bit<3>; dropEligible: Bit<1>; id: Bit<12>; type: Scalar<be16> };
/** An 802.1Q tag after its EtherType, 4 bytes; `type` is the EtherType of what follows. */
export interface Vlan extends RecordView<VlanFields> {}
export declare const Vlan: NamedHeader<VlanFields, Vlan>;

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
export declare const Arp: NamedHeader<ArpFields, Arp>;

type Ipv4Fields = {
  version: Bit<4>;
  ihl: Bit<4>;
  dscp: Bit<6>;
  ecn: Bit<2>;
  totalLength: Scalar<be16>;
  id: Scalar<be16>;
  flags: Bit<3>;
  fragmentOffset: Bit<13>;
  ttl: Scalar<u8>;
  protocol: Scalar<u8>;
  checksum: Scalar<be16>;
  src: typeof ipv4;
  dst: typeof ipv4;
};
/** IPv4, 20 bytes and options: `ihl * 4` bytes in all. `fragmentOffset` counts units of 8 bytes. */
export interface Ipv4 extends RecordView<Ipv4Fields> {}
export declare const Ipv4: NamedHeader<Ipv4Fields, Ipv4>;

type Ipv6Fields = {
  version: Bit<4>;
  trafficClass: Bit<8>;
  flowLabel: Bit<20>;
  payloadLength: Scalar<be16>;
  nextHeader: Scalar<u8>;
  hopLimit: Scalar<u8>;
  src: typeof ipv6;
  dst: typeof ipv6;
};
/** IPv6, 40 bytes; extension headers come after it (walk them with `ctx.at`). */
export interface Ipv6 extends RecordView<Ipv6Fields> {}
export declare const Ipv6: NamedHeader<Ipv6Fields, Ipv6>;

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
export declare const Tcp: NamedHeader<TcpFields, Tcp>;

type UdpFields = { src: Scalar<be16>; dst: Scalar<be16>; length: Scalar<be16>; checksum: Scalar<be16> };
/** UDP, 8 bytes; `length` counts the header too. */
export interface Udp extends RecordView<UdpFields> {}
export declare const Udp: NamedHeader<UdpFields, Udp>;

type IcmpFields = { type: Scalar<u8>; code: Scalar<u8>; checksum: Scalar<be16>; rest: Scalar<be32> };
/** ICMP, 8 bytes; the meaning of `rest` depends on `type`. */
export interface Icmp extends RecordView<IcmpFields> {}
export declare const Icmp: NamedHeader<IcmpFields, Icmp>;

type L4PortsFields = { src: Scalar<be16>; dst: Scalar<be16> };
/** The ports of TCP or UDP, 4 bytes: `ctx.parse(Eth, Ipv4, L4Ports)` takes both. */
export interface L4Ports extends RecordView<L4PortsFields> {}
export declare const L4Ports: NamedHeader<L4PortsFields, L4Ports>;

export declare const ETH_P_IP: 0x0800;
export declare const ETH_P_ARP: 0x0806;
export declare const ETH_P_8021Q: 0x8100;
export declare const ETH_P_8021AD: 0x88a8;
export declare const ETH_P_IPV6: 0x86dd;

export declare const IPPROTO_ICMP: 1;
export declare const IPPROTO_IPIP: 4;
export declare const IPPROTO_TCP: 6;
export declare const IPPROTO_UDP: 17;
export declare const IPPROTO_IPV6: 41;
export declare const IPPROTO_GRE: 47;
export declare const IPPROTO_ICMPV6: 58;

export declare const TCP_FIN: 0x01;
export declare const TCP_SYN: 0x02;
export declare const TCP_RST: 0x04;
export declare const TCP_PSH: 0x08;
export declare const TCP_ACK: 0x10;
export declare const TCP_URG: 0x20;

export declare const ICMP_ECHOREPLY: 0;
export declare const ICMP_DEST_UNREACH: 3;
export declare const ICMP_ECHO: 8;
export declare const ICMP_TIME_EXCEEDED: 11;
