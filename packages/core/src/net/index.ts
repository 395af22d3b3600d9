export { type ArpPacket, parseArp } from './arp.ts';
export {
  type EthernetLayer,
  type IpLayer,
  type NetworkLayers,
  type PacketBuilder,
  type PacketStart,
  packet,
  type WithPayload,
} from './build.ts';
export type { Ipv4Fields, Ipv6Fields } from './build-ip.ts';
export type { ArpFields, EthernetFields, VlanFields } from './build-link.ts';
export type { IcmpFields, TcpFields, UdpFields } from './build-transport.ts';
export {
  type Capture,
  type CaptureHeader,
  CaptureParser,
  type CaptureSource,
  readCapture,
  readCaptureSync,
} from './capture.ts';
export { type CaptureInterface, CapturePacket, type WritablePacket } from './capture-packet.ts';
export { type CaptureWriter, writeCapture } from './capture-writer.ts';
export { checksum, transportChecksum } from './checksum.ts';
export { dissect } from './dissect.ts';
export { describeDns } from './dns.ts';
export { type EthernetHeader, etherTypeName, etherTypes, parseEthernet } from './ethernet.ts';
export { fileKind } from './file-kind.ts';
export { type IcmpHeader, icmp6TypeName, icmpTypeName, icmpTypes, parseIcmp } from './icmp.ts';
export { ipProtocolName, ipProtocols } from './ip-protocol.ts';
export { type Ipv4Header, parseIpv4Header } from './ipv4.ts';
export { type Ipv6Extensions, type Ipv6Header, parseIpv6Header, walkIpv6Extensions } from './ipv6.ts';
export { ethernetGrowth, hasSyntheticHeader, linkTypeName, linkTypes, toEthernet } from './link-type.ts';
export { type PcapOptions, PcapWriter } from './pcap-writer.ts';
export { type PcapngInterface, type PcapngOptions, PcapngWriter } from './pcapng-writer.ts';
export { formatTcpFlags, parseTcp, type TcpHeader, tcpFlags } from './tcp.ts';
export { parseUdp, type UdpHeader } from './udp.ts';
export { parseVlan, type VlanTag } from './vlan.ts';
