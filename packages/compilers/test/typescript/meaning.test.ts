import { loadCollection, vm } from '@skep/core/host';
import { readCollection } from '@skep/core/object';
import { describe, expect, test } from 'vitest';
import { formatDiagnostic } from '../../src/typescript/index.ts';
import { buildText, errorsOf } from './support/compile.ts';
import { runPlain } from './support/plain.ts';

/**
 * The meaning of a program is what JavaScript says. Each row returns its result by a global, which is compared with
 * what the same text gives as plain JavaScript.
 */
const numbers: readonly (readonly [name: string, source: string])[] = [
  ['sums and products', 'out = (a + 7) * 3 - b;'],
  ['bitwise and', 'out = u32(a & 0xf0f0f0f0);'],
  ['bitwise or and xor are signed', 'out = i32((a | 0x80000000) ^ b) < 0 ? 1 : 2;'],
  ['complement', 'out = u32(~a);'],
  ['shift left', 'out = u32(a << 4);'],
  ['shift right, signed', 'out = u32((a | 0x80000000) >> 3);'],
  ['shift right, unsigned', 'out = a >>> 7;'],
  ['remainder', 'out = a % 1000;'],
  ['quotient', 'out = u32(a / 7);'],
  ['quotient by a variable', 'out = b === 0 ? 0 : u32(a / b);'],
  ['conversions', 'out = u8(a) + u16(a) + i8(a) + i16(a) + 0x10000;'],
  ['signed conversion', 'out = i32(a) < 0 ? 1 : 0;'],
  ['imul', 'out = imul(a, 0x9e3779b1);'],
  ['log2', 'out = log2(a);'],
  ['ternary', 'out = a > b ? a : b;'],
  ['and, or', 'out = (a > 5 && b > 5) || a === 3 ? 1 : 0;'],
  [
    'compound',
    'let x: u32 = u32(a & 0xff); x += 3; x *= 2; x -= 1; x ^= 1; x <<= 1; x >>= 1; x &= 0xff; x |= 1; x %= 100; out = x;',
  ],
  ['increments', 'let x = u8(a) + 0; const y = x++; const z = ++x; out = x * 10000 + y * 100 + z;'],
  [
    'switch',
    'switch (a & 3) { case 0: out = 10; break; case 1: out = 11; case 2: out += 100; break; default: out = 5; }',
  ],
  ['for', 'let s = 0; for (let i = 0; i < 20; i++) { if (i === 3) continue; if (i === 15) break; s += i; } out = s;'],
  ['for down', 'let s = 0; for (let i = 10; i > 0; i -= 2) s += i; out = s;'],
  ['for of range', 'let s = 0; for (const i of range(5)) s += i; for (const i of range(10, 30)) s += i; out = s;'],
  ['while', 'let n = 0; let x = 0; while (n < 12) { n += 1; x += n; } out = x;'],
  ['while by shifts', 'let x: u32 = a; let n = 0; while (x !== 0) { n += 1; x >>>= 1; } out = n;'],
  ['do while', 'let n = 0; do { n++; } while (n < 7); out = n;'],
  [
    'labels',
    'let s = 0; outer: for (let i = 0; i < 9; i++) { for (let j = 0; j < 9; j++) { if (j === 5) continue outer; if (i === 6) break outer; s += 1; } } out = s;',
  ],
  [
    'functions',
    'const f = (x: u32, y: u32): u32 => { if (x > y) return u32(x - y); return u32(y - x); }; out = f(a, b);',
  ],
  ['destructuring', 'const p = Pair({ x: 3, y: 4 }); const { x, y: why } = p; out = x * 10 + why;'],
  [
    'structs',
    'const p = Pair({ x: u32(a), y: u32(b) }); const q = p.copy(); p.x = 1; q.y = u32(q.y + 1); out = u32(p.x + q.x + q.y);',
  ],
  [
    'nested structs',
    'const o = Outer({ first: { x: 1, y: 2 }, second: Pair({ x: 3, y: 4 }) }); o.first.set({ y: 9 }); out = o.first.x * 1000 + o.first.y * 100 + o.second.x * 10 + o.second.y;',
  ],
  [
    'arrays',
    'const o = List(); for (let i = 0; i < 8; i++) o.items[i]! = i * i; let s = 0; for (const v of o.items) s += v; out = s + o.items[3] + o.items.length;',
  ],
  ['bytes wrap', 'const o = List(); o.small[0] = 250; o.small[0] += 10; out = o.small[0];'],
  ['network order', 'const h = Net({ port: 0x1234, address: 0x0a000001 }); out = h.port * 2 + (h.address >>> 24);'],
  [
    'bit fields',
    'const h = Bits({ a: 5, b: 3, c: 0x123, d: 7 }); h.b = 2; h.c += 1; out = h.a * 1000000 + h.b * 100000 + h.c * 10 + h.d;',
  ],
  [
    'equality of bytes',
    "const m = mac('02:00:00:00:00:01'); const n = mac('02:00:00:00:00:01'); out = equals(m, n) ? 1 : 0;",
  ],
  ['text', "const t = Text({ name: 'abc' }); out = t.name === 'abc' ? 1 : t.name === 'abd' ? 2 : 3;"],
  ['swap', 'const p = Pair({ x: 1, y: 2 }); swap(p, "x", "y"); out = p.x * 10 + p.y;'],
  [
    'ternary of views',
    'const p = Pair({ x: 1, y: 2 }); const q = Pair({ x: 3, y: 4 }); const r = a > b ? p : q; out = r.x * 10 + r.y;',
  ],
  ['comma and void', 'let x = 1; x = (x += 1, x + 5); out = x;'],
  [
    'inner early return',
    'const f = (x: u32): u32 => { for (let i = 0; i < 10; i++) { if (i * i > x) return i; } return 99; }; out = f(u32(a & 63));',
  ],
  [
    'booleans',
    'const t = a > 5; const f = !t; let g = t; if (f) g = false; out = (t ? 1 : 0) + (f ? 2 : 0) + (g === t ? 4 : 0) + u8(g);',
  ],
  ['loop', 'let s = 0; loop(10, (i) => { if (i === 7) return true; s += i; return false; }); out = s;'],
  [
    'tuples',
    'const [p, q] = [u32(a), 5]; let s = 0; for (const k of [1, 2, 4]) s += k; const f = (n: u32): readonly [u32, u32] => [n, 7]; const [r, t] = f(3); out = (p % 10) + q + s + r * t;',
  ],
  [
    'optional results',
    'const f = (n: u32): u32 | undefined => (n > 5 ? n : undefined); const found = f(u32(a & 15)); out = found === undefined ? 99 : found; out += f(b & 7) ?? 1000;',
  ],
  [
    'optional views',
    'const q = Pair({ x: 1, y: 2 }); const f = (n: u32) => (n > 5 ? q : undefined); const found = f(u32(a & 15)); if (found) found.x = 7; out = q.x;',
  ],
  ['subprogram', 'out = twice(u32(a & 0xffff));'],
];
const bigs: readonly (readonly [name: string, source: string])[] = [
  ['sum wraps when stored', 'big = u64(v + w);'],
  ['difference', 'big = u64(v - w);'],
  ['product', 'big = u64(v * 3n);'],
  ['quotient and remainder', 'big = (v / 1000n) * 10n + (v % 7n);'],
  ['bits', 'big = (v & 0xffn) | (w << 3n) ^ (v >> 5n);'],
  ['comparison', 'big = v > w ? v : w;'],
  ['u64 of a number', 'big = u64(a) << 32n;'],
  ['complement', 'big = u64(~v);'],
  ['log2 of 64 bits', 'big = u64(log2(v)) * 64n + u64(log2(w));'],
];

const schemas = `
const Pair = struct({ x: u32, y: u32 });
const Outer = struct({ first: Pair, second: Pair });
const List = struct({ items: array(u32, 8), small: bytes(4) });
const Net = header({ port: be16, address: ipv4 });
const Bits = header({ a: bits(4), b: bits(3), c: bits(9), d: u8 });
const Text = struct({ name: cstr(8) });
const twice = subprogram((n: u32): u32 => u32(n * 2));`;
const setup = `${schemas}
export const result = global(u64);
export const inA = global(u32);
export const inB = global(u32);
export const inV = global(u64);
export const inW = global(u64);
export const p = xdp((ctx): XDP => { const a = inA.value, b = inB.value, v = inV.value, w = inW.value;`;
const before = 'let out = 0; let big: u64 = 0n;';
const inputs = [
  [0, 0],
  [3, 9],
  [0xffff_ffff, 1],
  [0x8000_0000, 0xdead_beef],
  [12_345_678, 65_535],
] as const;

describe('what programs mean', () => {
  test.each([...numbers, ...bigs])('%s', async (_name, source) => {
    const store = bigs.some(([, text]) => text === source) ? 'u64(big)' : 'u64(out)';
    const { object, diagnostics } = await buildText(
      `${setup} ${before} ${source} result.value = ${store}; return XDP.PASS; });`,
    );
    expect(errorsOf({ diagnostics }).map(formatDiagnostic)).toEqual([]);
    using loaded = loadCollection(readCollection(object ?? new Uint8Array()), vm(), { ownsHost: true });
    for (const [a, b] of inputs) {
      const [v, w] = [BigInt.asUintN(64, BigInt(a) * 0x1_0000_0001n), BigInt(b) * 0x1_0003n];
      const values = { a, b, v, w };
      for (const [name, value] of Object.entries(values)) loaded.globals[`in${name.toUpperCase()}`]?.set(value);
      loaded.programs.p?.run(new Uint8Array(64));
      const result = loaded.globals.result?.get();
      expect({ ...values, result }).toEqual({
        ...values,
        result: runPlain(`${schemas} ${before} ${source}`, store, values),
      });
    }
  });
});
