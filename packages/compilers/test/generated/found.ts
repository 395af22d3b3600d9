/** Programs that were compiled wrongly once, found by generation. */
export const found: readonly (readonly [name: string, body: string])[] = [
  [
    'a loop counts to a remainder',
    `export const m = new ArrayMap(u64, { maxEntries: 6 });
export const p0 = xdp((ctx): XDP => {
  let sum = 0;
  for (const i of range(ctx.length % 6)) {
    const r = m.ref(i);
    if (r) r.value += 1n;
    sum += i;
  }
  return sum === 3 ? XDP.DROP : XDP.PASS;
});`,
  ],
  [
    'a loop counts from a remainder',
    `export const p0 = xdp((ctx): XDP => {
  let sum = 0;
  let n: u32 = ctx.length % 100;
  while (n > 0) {
    n -= 1;
    sum += 1;
  }
  return sum === 38 ? XDP.DROP : XDP.PASS;
});`,
  ],
  [
    'an index in the packet is a remainder that only the ranges know to be small',
    `export const p0 = xdp((ctx): XDP => {
  const eth = ctx.at(Eth, 0);
  if (!eth) return XDP.PASS;
  const power = u32(log2(eth.src[0] % 5));
  if (eth.dst[1] <= (power & eth.type)) eth.dst[power % 6]! -= 1;
  return XDP.PASS;
});`,
  ],
  [
    'an index is a remainder',
    `export const S = struct({ f0: array(u8, 6) });
export const g = global(S);
export const p0 = xdp((ctx): XDP => {
  g.f0[ctx.length % 5] = 7;
  return g.f0[ctx.length % 6]! === 7 ? XDP.DROP : XDP.PASS;
});`,
  ],
  [
    'a loop whose first test is known, with its counter in a choice',
    `export const p0 = tc((ctx): TC => {
  const h = ctx.parse(Eth, Ipv4, L4Ports);
  if (!h) return TC.OK;
  const [, ip, ports] = h;
  for (const n of range(u32(1) & 7)) {
    if (u16(ports.dst > u16(1) ? ip.version : n) >= 11) ports.dst -= 1;
  }
  return TC.OK;
});`,
  ],
  [
    'a header on the stack has fields that are not aligned',
    `export const H = header({ f0: u8, f1: u64, f2: be32, f3: bits(3), f4: bits(13) });
export const p0 = xdp((ctx): XDP => {
  const p = ctx.at(H, 14);
  if (!p) return XDP.PASS;
  const s = p.copy();
  s.f1 = u64(s.f1 + 1n);
  s.f4 = 5;
  p.set(s);
  return s.f2 > 4096 ? XDP.DROP : XDP.PASS;
});`,
  ],
  [
    'a record is copied over a part of itself',
    `export const p0 = xdp((ctx): XDP => {
  const h = ctx.parse(Eth, Ipv4, L4Ports);
  if (!h) return XDP.ABORTED;
  const [, ip] = h;
  const other = ctx.at(Ipv4, 0);
  if (!other) return XDP.DROP;
  ip.set(other);
  return XDP.TX;
});`,
  ],
  [
    'what may be missing is looked at on one path first',
    `export const m = new PerCpuHash(ipv4, u64, { maxEntries: 4 });
export const p0 = tc((ctx): TC => {
  const first = ctx.at(u8, 12);
  const r = m.ref(1);
  if (r) r.value += u64(first ?? 0);
  const eth = ctx.at(Eth, (first === undefined ? 3 : ctx.length) & 3);
  if (!eth) return TC.SHOT;
  eth.type = first ?? 9;
  m.getOrInsert(1);
  return TC.OK;
});`,
  ],
];
