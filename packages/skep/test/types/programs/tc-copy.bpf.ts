import {
  atomic,
  be16,
  bits,
  bytes,
  cstr,
  HashMap,
  header,
  type Infer,
  i64,
  ipv4,
  ipv6,
  PerCpuArray,
  RingBuf,
  struct,
  TC,
  tc,
  u8,
  u16,
  u32,
  u64,
} from 'skep/bpf';
import { Eth, Ipv4, Ipv6, Tcp } from 'skep/bpf/net';

// A header of our own, with bit fields and a length.
export const Option4 = header(
  { version: bits(4), ihl: bits(4), kind: u8, length: be16, src: ipv4 },
  { length: (h) => h.ihl * 4, next: (h) => h.kind, follows: [[Eth, 0x88b5]] },
);
export const Seen = struct({ src: ipv6, hash: bytes(32), note: cstr(8), delta: i64 });
export const seen = new RingBuf(Seen, { bytes: 4096 });
export const hits = new HashMap(ipv4, u64, { maxEntries: 10 });
export const perCpu = new PerCpuArray(struct({ packets: u64, small: u32, note: cstr(8) }), { maxEntries: 4 });

function isHttps(tcp: Infer<typeof Tcp>): boolean {
  return tcp.dst === 443;
}

export const egress = tc((ctx): TC => {
  if (!ctx.pull(Eth.size + Ipv4.size)) return TC.SHOT;
  const own = ctx.at(Option4, Eth.size);
  if (!own || own.version !== 4) return TC.OK;
  const tcp = ctx.copy(Tcp, Eth.size + own.ihl * 4);
  if (tcp && isHttps(tcp)) ctx.mark = 1;

  const ref = hits.ref(own.src);
  if (ref) {
    ref.value += 1n;
    const before = atomic.add(ref, 'value', 1n);
    if (before === 100n) atomic.exchange(ref, 'value', 0n);
  } else hits.set(own.src, 1n);
  const stat = perCpu.get(0);
  if (stat) stat.packets += 1n;

  const six = ctx.at(Ipv6, Eth.size);
  const record = seen.reserve();
  if (record) {
    if (six) record.src = six.src;
    record.hash[31] = 7;
    for (let i = 0; i < 32; i++) record.hash[i]! += 1;
    record.note = 'hello';
    if (ctx.length > 1500) record.discard();
    else record.submit();
  }
  const checksum: u16 = u16(ctx.length & 0xffff);
  return checksum === 0 ? TC.SHOT : TC.OK;
});
