import { type Ipv4Fields, type Ipv6Fields, ipv4Layer, ipv6Layer } from './build-ip.ts';
import { encodeLayers, type Layer } from './build-layer.ts';
import {
  type ArpFields,
  arpLayer,
  type EthernetFields,
  ethernetLayer,
  type VlanFields,
  vlanLayer,
} from './build-link.ts';
import { type IcmpFields, icmpLayer, type TcpFields, tcpLayer, type UdpFields, udpLayer } from './build-transport.ts';

/** A packet under construction; lengths, checksums and protocol fields that are not given are filled in. */
export interface PacketBuilder {
  /** @throws SKEP_BAD_PACKET where the packet is longer than a length field holds */
  bytes(): Uint8Array;
}

/** Adds a payload; every layer can end with one. */
export interface WithPayload extends PacketBuilder {
  /** Text is written in UTF-8. */
  payload(data: Uint8Array | string): PacketBuilder;
}

/** Layers that can stand at the beginning, in an Ethernet frame, or in another IP packet. */
export interface NetworkLayers {
  /** @throws SKEP_BAD_VALUE for a field that does not fit; so do all the others. */
  ipv4(fields?: Ipv4Fields): IpLayer;
  ipv6(fields?: Ipv6Fields): IpLayer;
}

/** The beginning of a packet. */
export interface PacketStart extends NetworkLayers {
  eth(fields?: EthernetFields): EthernetLayer;
}

/** What can follow an Ethernet header or a VLAN tag. */
export interface EthernetLayer extends NetworkLayers, WithPayload {
  vlan(fields: VlanFields): EthernetLayer;
  arp(fields?: ArpFields): PacketBuilder;
}

/** What can follow an IP header. */
export interface IpLayer extends NetworkLayers, WithPayload {
  tcp(fields?: TcpFields): WithPayload;
  udp(fields?: UdpFields): WithPayload;
  icmp(fields?: IcmpFields): WithPayload;
}

/**
 * Starts a packet. Each step offers only the layers that can follow, and leaves the one before as it was:
 *
 *     packet().eth().ipv4({ src: '10.1.2.3' }).tcp({ dst: 443, flags: tcpFlags.syn }).bytes()
 */
export function packet(): PacketStart {
  return new Builder([]);
}

const utf8 = new TextEncoder();
const nothing = new Uint8Array(0);

/** All steps in one class; the interfaces say which of them can follow which. */
class Builder implements PacketStart, EthernetLayer, IpLayer {
  readonly #layers: readonly Layer[];
  readonly #payload: Uint8Array;

  constructor(layers: readonly Layer[], payload: Uint8Array = nothing) {
    this.#layers = layers;
    this.#payload = payload;
  }

  eth(fields: EthernetFields = {}): EthernetLayer {
    return this.#with(ethernetLayer(fields));
  }
  vlan(fields: VlanFields): EthernetLayer {
    return this.#with(vlanLayer(fields));
  }
  arp(fields: ArpFields = {}): PacketBuilder {
    return this.#with(arpLayer(fields));
  }
  ipv4(fields: Ipv4Fields = {}): IpLayer {
    return this.#with(ipv4Layer(fields));
  }
  ipv6(fields: Ipv6Fields = {}): IpLayer {
    return this.#with(ipv6Layer(fields));
  }
  tcp(fields: TcpFields = {}): WithPayload {
    return this.#with(tcpLayer(fields));
  }
  udp(fields: UdpFields = {}): WithPayload {
    return this.#with(udpLayer(fields));
  }
  icmp(fields: IcmpFields = {}): WithPayload {
    return this.#with(icmpLayer(fields));
  }
  payload(data: Uint8Array | string): PacketBuilder {
    return new Builder(this.#layers, typeof data === 'string' ? utf8.encode(data) : Uint8Array.from(data));
  }
  bytes(): Uint8Array {
    return encodeLayers(this.#layers, this.#payload);
  }

  #with(layer: Layer): Builder {
    return new Builder([...this.#layers, layer]);
  }
}
