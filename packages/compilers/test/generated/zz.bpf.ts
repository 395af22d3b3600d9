import { TC, array, be32, global, imul, ipv4, range, struct, subprogram, tc, u16, u32, u64, u8, i32 } from 'skep/bpf';
import { Eth, L4Ports, Ipv4 } from 'skep/bpf/net';
export const license = 'GPL';
export const S0 = struct({ f0: ipv4, f1: u8, f2: be32, f3: array(u64, 11) });
export const g10 = global(S0);
const fn1 = subprogram((a0: u16, a1: u32, a2: u16, a3: u16, a4: u32): u16 => {
  return 1000;
});
export const p0 = tc((ctx): TC => {
  const h4 = ctx.parse(Eth, Ipv4, L4Ports);
  if (!h4) return u16(1) >= ctx.mark ? TC.UNSPEC : TC.UNSPEC;
  const [p5, p6, p7] = h4;
  for (const n8 of range((u32(1) & 7))) {
    let x9: i32 = p7.src << (1);
    if (u16(p7.dst > u16(1) ? p6.version : n8) >= 11 && u32(1) < x9) {
      p7.dst -= fn1(fn1(p7.dst, g10.f0, u16(1), u16(1), 31), p5.src[fn1(p7.src, u32(1), p5.dst[4], u16(1), ctx.length) & 3]!, u16(1), p5.dst[3], imul(g10.f2, n8));
    }
  }
  return TC.OK;
});
