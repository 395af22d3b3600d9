import { atTop, inProgram, module, type Row } from './row.ts';

export const packets: readonly Row[] = [
  inProgram(
    'SK5001',
    'this view ended where the packet was moved',
    'const e = ctx.at(Eth, 0);\n  if (!e || !ctx.adjustHead(-4)) return XDP.DROP;\n  ^^e.type = 1;',
    'if (!ctx.adjustHead(-4)) return XDP.DROP;\n  const e = ctx.at(Eth, 0);\n  if (!e) return XDP.DROP;\n  e.type = 1;',
  ),
  inProgram(
    'SK5002',
    'Tcp does not follow Eth',
    'const h = ctx.parse(Eth, ^^Tcp);',
    'const h = ctx.parse(Eth, Ipv4, Tcp);',
  ),
  module(
    'SK5003',
    'a context of socketFilter has no pull',
    'export const main = socketFilter((c) => (^^c.pull(20) ? 1 : 0));',
    'export const main = socketFilter((c) => (c.at(Ipv4, 0) ? 1 : 0));',
  ),
  atTop(
    'SK5005',
    'header functions take one header',
    'const H = header({ a: u8 }, { length: ^^(h) => { return h.a; } });',
    'const H = header({ a: u8 }, { length: (h) => h.a });',
  ),
  inProgram(
    'SK5006',
    'the checksum of 80 bytes',
    'const v = ctx.at(H, 0);\n  if (v) shared.value = ^^checksum(v);',
    'const v = ctx.at(Ipv4, 0);\n  if (v) shared.value = checksum(v);',
    'export const shared = global(u32);\nconst H = header({ a: bytes(80) });',
  ),
];
