/**
 * Counts DNS queries over UDP by the type of the record asked for and by the length of the name, and tells of names so
 * long that they may carry data out.
 */
import {
  ArrayMap,
  atomic,
  be16,
  bits,
  HashMap,
  header,
  ipv4,
  RingBuf,
  range,
  struct,
  u8,
  u16,
  u32,
  u64,
  XDP,
  xdp,
} from 'skep/bpf';
import { Eth, Ipv4, Udp } from 'skep/bpf/net';

const DNS_PORT = 53;
const MOST_LABELS = 40;
const LONG_NAME = 60;

/** DNS header (RFC 1035 section 4.1.1). */
const Dns = header({
  id: be16,
  response: bits(1),
  opcode: bits(4),
  authoritative: bits(1),
  truncated: bits(1),
  recursionDesired: bits(1),
  recursionAvailable: bits(1),
  reserved: bits(3),
  code: bits(4),
  questions: be16,
  answers: be16,
  authorities: be16,
  additional: be16,
});

export const LongName = struct({ client: ipv4, length: u32, type: u16 });

export const byType = new HashMap(u16, u64, { maxEntries: 1024 });
/** Queries by the length of the name in units of 16 bytes. */
export const byLength = new ArrayMap(u64, { maxEntries: 16 });
export const longNames = new RingBuf(LongName, { bytes: 1 << 16 });

export const dns = xdp((ctx): XDP => {
  const headers = ctx.parse(Eth, Ipv4, Udp);
  if (!headers) return XDP.PASS;
  const [, ip, udp] = headers;
  if (udp.dst !== DNS_PORT) return XDP.PASS;

  const start = Eth.size + ip.ihl * 4 + Udp.size;
  const query = ctx.at(Dns, start);
  if (!query || query.response === 1 || query.questions === 0) return XDP.PASS;

  // A name is labels, each with its length before it, up to the empty one.
  let length: u32 = 0;
  for (const _ of range(MOST_LABELS)) {
    const label = ctx.at(u8, start + Dns.size + length);
    if (label === undefined || label > 63) return XDP.PASS;
    length += 1 + label;
    if (label === 0) break;
    if (length > 255) return XDP.PASS;
  }
  const type = ctx.at(be16, start + Dns.size + length);
  if (type === undefined) return XDP.PASS;

  const asked = byType.ref(type);
  if (asked) atomic.add(asked, 'value', 1n);
  else byType.set(type, 1n);
  const queries = byLength.ref(length >> 4);
  if (queries) atomic.add(queries, 'value', 1n);
  if (length > LONG_NAME) longNames.emit({ client: ip.src, length, type });
  return XDP.PASS;
});
