import { describe, expect, test } from 'vitest';
import { encode } from '../../src/isa/encode.ts';
import { Class, Jump, Source } from '../../src/isa/opcode.ts';
import { runBytecode } from '../../src/vm/run-bytecode.ts';
import { hex, immediates, operands } from './operands.ts';
import { referenceJump } from './reference.ts';
import { exit, loadWide, make, resultOf, runText } from './support.ts';

const names = ['JEQ', 'JGT', 'JGE', 'JSET', 'JNE', 'JSGT', 'JSGE', 'JLT', 'JLE', 'JSLT', 'JSLE'] as const;
const rows = ([64, 32] as const).flatMap((width) =>
  names.map((name) => ({
    name: `${name}${width}`,
    width,
    code: Jump[name],
    instructionClass: width === 64 ? Class.JMP : Class.JMP32,
  })),
);

/** r0 is 1 where the jump was taken, else 2. */
const outcome = [
  make(Class.ALU64 | 0xb0, { imm: 2 }),
  make(Class.JMP | Jump.JA, { offset: 1 }),
  make(Class.ALU64 | 0xb0, { imm: 1 }),
];

describe('conditional jumps (RFC 9669, section 4.3)', () => {
  test.each(rows)('$name, registers', ({ width, code, instructionClass }) => {
    for (const a of operands) {
      for (const b of operands) {
        const jump = make(instructionClass | Source.X | code, { dst: 3, src: 4, offset: 2 });
        const result = resultOf([loadWide(3, a), loadWide(4, b), jump, ...outcome]);
        expect(result === 1n, `${hex(a)}, ${hex(b)}`).toBe(referenceJump(code, width, a, b));
      }
    }
  });

  test.each(rows)('$name, immediate', ({ width, code, instructionClass }) => {
    for (const a of operands) {
      for (const imm of immediates) {
        const result = resultOf([
          loadWide(3, a),
          make(instructionClass | code, { dst: 3, imm, offset: 2 }),
          ...outcome,
        ]);
        expect(result === 1n, `${hex(a)}, ${imm}`).toBe(referenceJump(code, width, a, BigInt(imm)));
      }
    }
  });
});

describe('other jumps', () => {
  test('over a 64-bit load, which takes two slots', () => {
    expect(runText('r0 = 1\ngoto end\nr0 = 0x1122334455667788 ll\nend:\nexit').result).toBe(1n);
  });

  test('gotol jumps by its immediate', () => {
    const code = [make(Class.ALU64 | 0xb0, { imm: 7 }), make(Class.JMP32 | Jump.JA, { imm: 2 }), loadWide(0, 1n), exit];
    expect(runBytecode(encode(code)).result).toBe(7n);
  });

  test('a loop that counts backwards', () => {
    expect(runText('r0 = 0\nr1 = 10\nloop:\nr0 += r1\nr1 -= 1\nif r1 != 0 goto loop\nexit').result).toBe(55n);
  });

  test('instructions executed are counted exactly, over jumps both ways', () => {
    // 2, then 3 in each of 10 rounds, then exit.
    expect(runText('r0 = 0\nr1 = 10\nloop:\nr0 += r1\nr1 -= 1\nif r1 != 0 goto loop\nexit').executed).toBe(33);
    expect(runText('r0 = 1\ngoto end\nr0 = 2\nr0 = 3\nend:\nexit').executed).toBe(3);
  });

  test('may_goto leaves its loop after 8388608 rounds', () => {
    const loop = [
      make(Class.ALU64 | 0xb0, { imm: 0 }),
      make(Class.JMP | Jump.JCOND, { offset: 2 }),
      make(Class.ALU64 | 0x00, { imm: 1 }),
      make(Class.JMP | Jump.JA, { offset: -3 }),
      exit,
    ];
    expect(runBytecode(encode(loop)).result).toBe(8_388_608n);
  });
});
