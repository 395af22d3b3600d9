import { describe, expect, test } from 'vitest';
import { Alu, Class, Source } from '../../src/isa/opcode.ts';
import { hex, immediates, operands } from './operands.ts';
import { referenceAlu, referenceSwap } from './reference.ts';
import { loadWide, make, resultOf } from './support.ts';

const binary = ['ADD', 'SUB', 'MUL', 'DIV', 'OR', 'AND', 'LSH', 'RSH', 'MOD', 'XOR', 'MOV', 'ARSH'] as const;

interface Row {
  readonly name: string;
  readonly instructionClass: number;
  readonly width: 32 | 64;
  readonly code: number;
  readonly signed: boolean;
}

/** Every binary operation in both widths, division and modulo also signed. */
const rows: Row[] = ([64, 32] as const).flatMap((width) =>
  binary.flatMap((name) => {
    const row = { instructionClass: width === 64 ? Class.ALU64 : Class.ALU, width, code: Alu[name] };
    const unsigned = { ...row, name: `${name}${width}`, signed: false };
    return name === 'DIV' || name === 'MOD'
      ? [unsigned, { ...row, name: `S${name}${width}`, signed: true }]
      : [unsigned];
  }),
);

describe('binary operations, register and register (RFC 9669, section 4.1)', () => {
  test.each(rows)('$name', ({ instructionClass, width, code, signed }) => {
    const opcode = instructionClass | Source.X | code;
    for (const a of operands) {
      for (const b of operands) {
        const operation = make(opcode, { dst: 0, src: 1, offset: signed ? 1 : 0 });
        const expected = referenceAlu(code, width, signed, a, b);
        expect(hex(resultOf([loadWide(0, a), loadWide(1, b), operation])), `${hex(a)}, ${hex(b)}`).toBe(hex(expected));
      }
    }
  });
});

describe('binary operations, register and immediate', () => {
  test.each(rows)('$name', ({ instructionClass, width, code, signed }) => {
    for (const a of operands) {
      for (const imm of immediates) {
        const operation = make(instructionClass | code, { imm, offset: signed ? 1 : 0 });
        const expected = referenceAlu(code, width, signed, a, BigInt(imm));
        expect(hex(resultOf([loadWide(0, a), operation])), `${hex(a)}, ${imm}`).toBe(hex(expected));
      }
    }
  });

  test.each(rows)('$name of a register by itself', ({ instructionClass, width, code, signed }) => {
    for (const a of operands) {
      const operation = make(instructionClass | Source.X | code, { offset: signed ? 1 : 0 });
      expect(hex(resultOf([loadWide(0, a), operation])), hex(a)).toBe(hex(referenceAlu(code, width, signed, a, a)));
    }
  });
});

describe('shift by an amount beyond the width is masked', () => {
  test.each([0, 1, 31, 32, 33, 63, 64, 65, 127, -1])('%i', (amount) => {
    for (const code of [Alu.LSH, Alu.RSH, Alu.ARSH]) {
      for (const [instructionClass, width] of [
        [Class.ALU64, 64],
        [Class.ALU, 32],
      ] as const) {
        for (const a of operands) {
          const expected = hex(referenceAlu(code, width, false, a, BigInt(amount)));
          const byRegister = [
            loadWide(0, a),
            loadWide(1, BigInt(amount)),
            make(instructionClass | Source.X | code, { src: 1 }),
          ];
          expect(hex(resultOf(byRegister)), hex(a)).toBe(expected);
          expect(hex(resultOf([loadWide(0, a), make(instructionClass | code, { imm: amount })])), hex(a)).toBe(
            expected,
          );
        }
      }
    }
  });
});

describe('division and modulo by zero, and of the least number by -1 (RFC 9669, section 4.1)', () => {
  const least64 = 1n << 63n;
  const least32 = 1n << 31n;
  const cases = [
    ['div64 by 0', Class.ALU64, Alu.DIV, 0, 0xffff_ffff_ffff_ffffn, 0n, 0n],
    ['mod64 by 0 keeps the dividend', Class.ALU64, Alu.MOD, 0, 0xffff_ffff_ffff_ffffn, 0n, 0xffff_ffff_ffff_ffffn],
    ['div32 by 0', Class.ALU, Alu.DIV, 0, 0xffff_ffff_ffff_ffffn, 0n, 0n],
    ['mod32 by 0 keeps the lower half', Class.ALU, Alu.MOD, 0, 0xffff_ffff_ffff_fff0n, 0n, 0xffff_fff0n],
    ['div32 by a register whose lower half is 0', Class.ALU, Alu.DIV, 0, 5n, 1n << 32n, 0n],
    ['sdiv64 by 0', Class.ALU64, Alu.DIV, 1, 0xffff_ffff_ffff_fff0n, 0n, 0n],
    ['smod64 by 0', Class.ALU64, Alu.MOD, 1, 0xffff_ffff_ffff_fff0n, 0n, 0xffff_ffff_ffff_fff0n],
    ['sdiv32 by 0', Class.ALU, Alu.DIV, 1, 0xffff_ffff_ffff_fff0n, 0n, 0n],
    ['smod32 by 0', Class.ALU, Alu.MOD, 1, 0xffff_ffff_ffff_fff0n, 0n, 0xffff_fff0n],
    ['sdiv64 of the least number by -1', Class.ALU64, Alu.DIV, 1, least64, -1n, least64],
    ['smod64 of the least number by -1', Class.ALU64, Alu.MOD, 1, least64, -1n, 0n],
    ['sdiv32 of the least number by -1', Class.ALU, Alu.DIV, 1, least32, -1n, least32],
    ['smod32 of the least number by -1', Class.ALU, Alu.MOD, 1, least32, -1n, 0n],
    ['sdiv64 rounds towards zero', Class.ALU64, Alu.DIV, 1, -13n, 3n, BigInt.asUintN(64, -4n)],
    ['smod64 has the sign of the dividend', Class.ALU64, Alu.MOD, 1, -13n, 3n, BigInt.asUintN(64, -1n)],
  ] as const;
  test.each(cases)('%s', (_, instructionClass, code, offset, a, b, expected) => {
    const operation = make(instructionClass | Source.X | code, { src: 1, offset });
    expect(hex(resultOf([loadWide(0, a), loadWide(1, b), operation]))).toBe(hex(expected));
  });
});

describe('unary operations', () => {
  const swaps = [16, 32, 64].flatMap((bits) => [
    {
      name: `be${bits}`,
      opcode: Class.ALU | Source.X | Alu.END,
      bits,
      expected: (a: bigint) => referenceSwap(a, bits),
    },
    { name: `le${bits}`, opcode: Class.ALU | Alu.END, bits, expected: (a: bigint) => BigInt.asUintN(bits, a) },
    { name: `bswap${bits}`, opcode: Class.ALU64 | Alu.END, bits, expected: (a: bigint) => referenceSwap(a, bits) },
  ]);
  test.each(swaps)('$name', ({ opcode, bits, expected }) => {
    for (const a of operands) {
      expect(hex(resultOf([loadWide(0, a), make(opcode, { imm: bits })])), hex(a)).toBe(hex(expected(a)));
    }
  });

  test.each([
    [64, Class.ALU64],
    [32, Class.ALU],
  ] as const)('neg%i', (width, instructionClass) => {
    for (const a of operands) {
      const expected = referenceAlu(Alu.NEG, width, false, a, 0n);
      expect(hex(resultOf([loadWide(0, a), make(instructionClass | Alu.NEG)])), hex(a)).toBe(hex(expected));
    }
  });

  const moves = [
    [8, 64, Class.ALU64],
    [16, 64, Class.ALU64],
    [32, 64, Class.ALU64],
    [8, 32, Class.ALU],
    [16, 32, Class.ALU],
  ] as const;
  test.each(moves)('sign-extending move of %i bits to %i', (from, to, instructionClass) => {
    for (const a of operands) {
      const operation = make(instructionClass | Source.X | Alu.MOV, { src: 1, offset: from });
      const expected = BigInt.asUintN(to, BigInt.asIntN(from, a));
      expect(hex(resultOf([loadWide(0, -1n), loadWide(1, a), operation])), hex(a)).toBe(hex(expected));
    }
  });
});
