import { inProgram, type Row } from './row.ts';

const bigs = 'export const shared = global(u64);';

export const values: readonly Row[] = [
  inProgram(
    'SK2001',
    'the value does not fit u8 (range 0..4294967295)',
    'const b: u8 = ^^shared.value + 0;\n  shared.value = b;',
  ),
  inProgram('SK2001', 'the value does not fit u32', 'let n: u32 = shared.value;\n  ^^n += 1;\n  shared.value = n;'),
  inProgram('SK2001', 'the value does not fit u32', 'let n: u32 = shared.value;\n  ^^n++;\n  shared.value = n;'),
  inProgram(
    'SK2001',
    'the value does not fit u32',
    'const f = (n: u32): u32 => n;\n  shared.value = f(^^shared.value * 2);',
  ),
  inProgram(
    'SK2001',
    'the value does not fit u16',
    'const f = (n: u32): u16 => ^^n + 0;\n  shared.value = f(shared.value);',
  ),
  inProgram(
    'SK2002',
    'the number may pass 2^53',
    'const n = ^^shared.value * shared.value;\n  if (n > 5) return XDP.DROP;',
  ),
  inProgram(
    'SK2003',
    'the bigint may leave 64 bits before `/`',
    'shared.value = ^^(shared.value * 3n) / 7n;',
    'shared.value = u64(shared.value * 3n) / 7n;',
    bigs,
  ),
  inProgram(
    'SK2003',
    'the bigint may leave 64 bits before `>`',
    'if (^^shared.value - 5n > 2n) return XDP.DROP;',
    undefined,
    bigs,
  ),
  inProgram(
    'SK2004',
    'the divisor may be zero',
    'shared.value = 100 % ^^shared.value;',
    'const n = shared.value;\n  if (n === 0) return XDP.DROP;\n  shared.value = 100 % n;',
  ),
  inProgram('SK2005', 'the quotient of two numbers', 'shared.value = ^^shared.value / 2;'),
  inProgram(
    'SK2006',
    'the operand of `===` may be negative',
    'if (^^(shared.value & 0xffff0000) === 5) return XDP.DROP;',
    'if (u32(shared.value & 0xffff0000) === 5) return XDP.DROP;',
  ),
  inProgram(
    'SK2007',
    'this comparison is always false',
    'if (^^u8(shared.value) === u32(300)) return XDP.DROP;',
    'if (u8(shared.value) === u32(200)) return XDP.DROP;',
  ),
  inProgram(
    'SK2008',
    'the index is not proven to be below 8',
    'shared[^^XDP.PASS + s.value] = 1;',
    'const i = s.value;\n  if (i >= 8) return XDP.DROP;\n  shared[i] = 1;',
    'export const shared = global(array(u32, 8));\nexport const s = global(u32);',
  ),
  inProgram(
    'SK2009',
    'the truth of a value that may be undefined merges 0 with undefined',
    'const n = m.get(1);\n  if (^^!n) return XDP.DROP;',
    undefined,
    'export const m = new HashMap(u32, u64, { maxEntries: 1 });',
  ),
  inProgram('SK2009', 'the truth of a bigint', 'if (^^shared.value) return XDP.DROP;', undefined, bigs),
  inProgram(
    'SK2010',
    '`===` compares which view it is',
    'const e = ctx.at(Eth, 0);\n  if (e && ^^e.dst === e.src) return XDP.DROP;',
  ),
  inProgram(
    'SK2011',
    'a number is compared with a bigint',
    'if (^^ctx.length < shared.value) return XDP.DROP;',
    undefined,
    bigs,
  ),
  inProgram('SK2012', 'the shift amount is not in 0..63', 'shared.value = 1n << ^^shared.value;', undefined, bigs),
  inProgram(
    'SK2013',
    'packet offset is not bounded (range 0..4294967295)',
    'const e = ctx.at(Eth, ^^shared.value);',
    'const n = shared.value;\n  if (n > 1500) return XDP.DROP;\n  const e = ctx.at(Eth, n);',
  ),
  inProgram(
    'SK2014',
    'a number that may be negative becomes a bigint',
    'shared.value = u64(^^ctx.length ^ ctx.ifindex);',
    undefined,
    bigs,
  ),
  inProgram(
    'SK2016',
    'the value must be in -65535..65535',
    'if (ctx.adjustHead(^^shared.value)) return XDP.DROP;',
    'if (ctx.adjustHead(shared.value & 255)) return XDP.DROP;',
  ),
];
