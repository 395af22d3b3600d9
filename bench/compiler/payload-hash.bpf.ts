/** Counts datagrams whose first bytes are alike: FNV-1a over up to 64 bytes of UDP payload. */
import { atomic, imul, LruHash, range, u8, u32, u64, XDP, xdp } from 'skep/bpf';
import { Eth, Ipv4, Udp } from 'skep/bpf/net';

export const payloads = new LruHash(u32, u64, { maxEntries: 16_384 });

export const payloadHash = xdp((ctx): XDP => {
  const headers = ctx.parse(Eth, Ipv4, Udp);
  if (!headers) return XDP.PASS;
  const start = Eth.size + headers[1].ihl * 4 + Udp.size;
  let hash: u32 = 0x811c9dc5;
  for (const i of range(64)) {
    const byte = ctx.at(u8, start + i);
    if (byte === undefined) break;
    hash = imul(u32(hash ^ byte), 0x01000193);
  }
  const known = payloads.ref(hash);
  if (known) atomic.add(known, 'value', 1n);
  else payloads.set(hash, 1n);
  return XDP.PASS;
});
