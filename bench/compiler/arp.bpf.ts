/** Answers ARP for the addresses in a map. */
import { HashMap, ipv4, mac, XDP, xdp } from 'skep/bpf';
import { Arp, Eth } from 'skep/bpf/net';

const REQUEST = 1;
const REPLY = 2;

export const hosts = new HashMap(ipv4, mac, { maxEntries: 1024 });

export const arp = xdp((ctx): XDP => {
  const headers = ctx.parse(Eth, Arp);
  if (!headers) return XDP.PASS;
  const [eth, request] = headers;
  if (request.operation !== REQUEST) return XDP.PASS;
  const asked = request.targetIp;
  const address = hosts.get(asked);
  if (!address) return XDP.PASS;

  eth.dst = eth.src;
  eth.src = address;
  request.operation = REPLY;
  request.targetMac = request.senderMac;
  request.targetIp = request.senderIp;
  request.senderMac = address;
  request.senderIp = asked;
  return XDP.TX;
});
