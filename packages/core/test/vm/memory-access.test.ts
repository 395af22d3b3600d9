import { describe, expect, test } from 'vitest';
import { Atomic, Class, Mode, Size } from '../../src/isa/opcode.ts';
import { hex, operands } from './operands.ts';
import { referenceAtomic } from './reference.ts';
import { loadWide, make, resultOf, runText } from './support.ts';

const sizes = [
  { name: '8 bits', size: Size.B, bits: 8 },
  { name: '16 bits', size: Size.H, bits: 16 },
  { name: '32 bits', size: Size.W, bits: 32 },
  { name: '64 bits', size: Size.DW, bits: 64 },
] as const;
const at = { dst: 10, offset: -16 };
const read = (opcode: number, dst: number) => make(Class.LDX | opcode, { dst, src: 10, offset: -16 });
const fill = make(Class.ST | Mode.MEM | Size.DW, { ...at, imm: -1 });

describe('loads and stores (RFC 9669, section 5)', () => {
  test.each(sizes)('a store of $name leaves the bytes beside it', ({ size, bits }) => {
    for (const value of operands) {
      const program = [fill, loadWide(1, value), make(Class.STX | Mode.MEM | size, { ...at, src: 1 }), read(0x78, 0)];
      const mask = (1n << BigInt(bits)) - 1n;
      const expected = (value & mask) | (BigInt.asUintN(64, -1n) & ~mask);
      expect(hex(resultOf(program)), hex(value)).toBe(hex(expected));
    }
  });

  test.each(sizes)('an immediate store of $name', ({ size, bits }) => {
    const program = [make(Class.ST | Mode.MEM | size, { ...at, imm: -2 }), read(0x78, 0)];
    expect(hex(resultOf(program))).toBe(hex(BigInt.asUintN(bits, -2n)));
  });

  test.each(sizes)('a load of $name extends with zeroes', ({ size, bits }) => {
    for (const value of operands) {
      const program = [loadWide(1, value), make(Class.STX | Mode.MEM | Size.DW, { ...at, src: 1 }), loadWide(0, -1n)];
      expect(hex(resultOf([...program, read(Mode.MEM | size, 0)]))).toBe(hex(BigInt.asUintN(bits, value)));
    }
  });

  test.each(sizes.slice(0, 3))('a sign-extending load of $name', ({ size, bits }) => {
    for (const value of operands) {
      const program = [loadWide(1, value), make(Class.STX | Mode.MEM | Size.DW, { ...at, src: 1 })];
      const expected = BigInt.asIntN(bits, value);
      expect(hex(resultOf([...program, read(Mode.MEMSX | size, 0)]))).toBe(hex(expected));
    }
  });

  test.each(sizes)('a load of $name where address and destination are one register', ({ size, bits }) => {
    const program = [loadWide(1, 0x1122_3344_8566_7788n), make(Class.STX | Mode.MEM | Size.DW, { ...at, src: 1 })];
    const load = [make(0xbf, { dst: 2, src: 10 }), make(Class.LDX | Mode.MEM | size, { dst: 2, src: 2, offset: -16 })];
    const result = resultOf([...program, ...load, make(0xbf, { dst: 0, src: 2 })]);
    expect(hex(result)).toBe(hex(BigInt.asUintN(bits, 0x1122_3344_8566_7788n)));
  });

  test('memory outside the stack: every byte of it, and not the one after', () => {
    const memory = Uint8Array.from({ length: 13 }, (_, index) => index + 1);
    expect(runText('r0 = *(u8 *)(r1 + 12)\nexit', memory).result).toBe(13n);
    expect(runText('r0 = *(u64 *)(r1 + 5)\nexit', memory).result).toBe(0x0d0c_0b0a_0908_0706n);
    expect(runText('*(u32 *)(r1 + 9) = 0\nr0 = r2\nexit', memory)).toMatchObject({
      result: 13n,
      memory: Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0, 0, 0]),
    });
  });

  test('registers and stack of the run before are gone', () => {
    runText('r6 = 5\n*(u64 *)(r10 - 8) = r6\nr0 = r6\nexit');
    expect(runText('r0 = *(u64 *)(r10 - 8)\nr0 += r6\nexit').result).toBe(0n);
  });
});

describe('acquire and release (Linux 6.15)', () => {
  test.each(sizes)('$name', ({ size, bits }) => {
    const program = [
      loadWide(1, 0x1122_3344_5566_7788n),
      make(Class.STX | Mode.ATOMIC | size, { ...at, src: 1, imm: Atomic.STORE_REL }),
      loadWide(0, -1n),
      make(Class.STX | Mode.ATOMIC | size, { dst: 0, src: 10, offset: -16, imm: Atomic.LOAD_ACQ }),
    ];
    expect(hex(resultOf(program))).toBe(hex(BigInt.asUintN(bits, 0x1122_3344_5566_7788n)));
  });
});

const atomics = (['ADD', 'OR', 'AND', 'XOR'] as const).flatMap((name) => [
  { name: name.toLowerCase(), operation: Atomic[name] as number },
  { name: `fetch_${name.toLowerCase()}`, operation: Atomic[name] | Atomic.FETCH },
]);
const operations = [
  ...atomics,
  { name: 'xchg', operation: Atomic.XCHG },
  { name: 'cmpxchg', operation: Atomic.CMPXCHG },
];
const widths = [
  { size: Size.W, width: 32 },
  { size: Size.DW, width: 64 },
] as const;

describe.each(widths)('atomic operations of $width bits (RFC 9669, section 5.3)', ({ size, width }) => {
  /** Runs one operation; r0 is what cmpxchg expects. Gives r0, r3 and memory afterwards. */
  function atomic(operation: number, old: bigint, src: bigint, r0: bigint): string[] {
    const program = [
      loadWide(3, old),
      make(Class.STX | Mode.MEM | Size.DW, { ...at, src: 3 }),
      loadWide(3, src),
      loadWide(0, r0),
      make(Class.STX | Mode.ATOMIC | size, { ...at, src: 3, imm: operation }),
    ];
    const pick = (dst: number) => (dst === 0 ? [] : [make(0xbf, { dst: 0, src: dst })]);
    return [
      resultOf([...program, ...pick(0)]),
      resultOf([...program, ...pick(3)]),
      resultOf([...program, read(0x78, 0)]),
    ].map(hex);
  }

  test.each(operations)('$name', ({ operation }) => {
    for (const old of operands) {
      for (const src of operands.slice(0, 40)) {
        const r0 = src % 2n === 0n ? old : 3n;
        const before = BigInt.asUintN(width, old);
        const after = referenceAtomic(operation, width, before, src, r0);
        const mask = (1n << BigInt(width)) - 1n;
        const fetches = (operation & Atomic.FETCH) !== 0 && operation !== Atomic.CMPXCHG;
        const expected = [operation === Atomic.CMPXCHG ? before : r0, fetches ? before : src, (old & ~mask) | after];
        expect(atomic(operation, old, src, r0), `${hex(old)}, ${hex(src)}`).toEqual(expected.map(hex));
      }
    }
  });
});

describe('legacy packet loads (RFC 9669, section 5.5)', () => {
  const packet = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]);
  test.each([
    ['r6 = r1\nr0 = *(u8 *)skb[2]\nexit', 3n],
    ['r6 = r1\nr0 = *(u16 *)skb[2]\nexit', 0x0304n],
    ['r6 = r1\nr0 = *(u32 *)skb[4]\nexit', 0x0506_0708n],
    ['r6 = r1\nr3 = 1\nr0 = *(u16 *)skb[r3]\nexit', 0x0203n],
    ['r6 = r1\nr0 = 9\nr0 = *(u32 *)skb[5]\nr0 = 7\nexit', 0n],
    ['r6 = r1\nr0 = 9\nr0 = *(u8 *)skb[8]\nr0 = 7\nexit', 0n],
  ])('%j is %i', (text, expected) => {
    expect(runText(text, packet).result).toBe(expected);
  });
});
