/**
 * A load balancer: TCP and UDP packets to a virtual address go to a backend in a tunnel (IP in IP). The backend of a
 * flow is looked up in a table in the manner of Maglev, which userland fills.
 */
import { ArrayMap, be16, checksum, imul, ipv4, mac, PerCpuArray, struct, u16, u32, u64, XDP, xdp } from 'skep/bpf';
import { ETH_P_IP, Eth, IPPROTO_IPIP, Ipv4, L4Ports } from 'skep/bpf/net';

const RING = 65_537;

export const Backend = struct({ ip: ipv4, mac, up: u16 });
export const Vip = struct({ ip: ipv4, port: be16, mac });
export const Stats = struct({ packets: u64, bytes: u64, noBackend: u64 });

/** Hash of a flow -> index of a backend. */
export const maglev = new ArrayMap(u32, { maxEntries: RING });
export const backends = new ArrayMap(Backend, { maxEntries: 512 });
export const vips = new ArrayMap(Vip, { maxEntries: 1 });
export const stats = new PerCpuArray(Stats, { maxEntries: 1 });

function flowHash(a: u32, b: u32): u32 {
  let h = u32(a ^ b);
  h = imul(h, 0x9e3779b1);
  h = u32(h ^ (h >>> 15));
  h = imul(h, 0x85ebca77);
  return u32(h ^ (h >>> 13));
}

export const balance = xdp((ctx): XDP => {
  const headers = ctx.parse(Eth, Ipv4, L4Ports); // TCP or UDP
  const vip = vips.get(0);
  const stat = stats.get(0);
  if (!headers || !vip || !stat) return XDP.PASS;
  const [, ip, l4] = headers;
  if (ip.dst !== vip.ip || l4.dst !== vip.port) return XDP.PASS;

  const slot = maglev.get(flowHash(ip.src, l4.src * 65536 + l4.dst) % RING);
  const backend = slot === undefined ? undefined : backends.get(slot);
  if (!backend || backend.up === 0) {
    stat.noBackend += 1n;
    return XDP.DROP;
  }
  stat.packets += 1n;
  stat.bytes += u64(ctx.length);

  const innerLength = ip.totalLength;
  if (!ctx.adjustHead(-Ipv4.size)) return XDP.ABORTED; // earlier views end here
  const eth = ctx.at(Eth, 0);
  const outer = ctx.at(Ipv4, Eth.size);
  if (!eth || !outer) return XDP.ABORTED;
  eth.dst = backend.mac;
  eth.src = vip.mac;
  eth.type = ETH_P_IP;
  outer.set({
    version: 4,
    ihl: 5,
    totalLength: innerLength + Ipv4.size,
    ttl: 64,
    protocol: IPPROTO_IPIP,
    src: vip.ip,
    dst: backend.ip,
  });
  outer.checksum = checksum(outer);
  return XDP.TX;
});
