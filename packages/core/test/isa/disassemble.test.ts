import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode, disassemble, encode, type Instruction } from '../../src/isa/index.ts';
import { needs } from '../support/needs.ts';
import { jumping, straight } from './arbitrary.ts';
import { disassembleWithLlvm, withoutLabel } from './llvm.ts';

/** Our text by slot, labels taken off. */
function ours(list: readonly Instruction[], alu32: boolean): [number, string][] {
  return disassemble(decode(encode(list)), { alu32 }).map(({ slot, text }) => [slot, withoutLabel(text)]);
}

describe('a disassembly', () => {
  test('names what jumps and local calls lead to', () => {
    const code = Buffer.from('8510000001000000950000000000000005000000000000009500000000000000', 'hex');
    const lines = disassemble(decode(code), { label: (target) => (target === 2 ? 'helper' : `at${target}`) });
    expect(lines.map(({ slot, text }) => `${slot}: ${text}`)).toEqual([
      '0: call 0x1 <helper>',
      '1: exit',
      '2: goto +0x0 <at3>',
      '3: exit',
    ]);
  });

  test('bits that are no instruction are unknown', () => {
    const list = [0x00, 0x0e, 0x98, 0xff, 0xf5].map((opcode) => ({ opcode, dst: 0, src: 0, offset: 0, imm: 0 }));
    expect(disassemble(list).map(({ text }) => text)).toEqual(list.map(() => '<unknown>'));
  });

  needs('llvm-mc-19', 'llvm-objdump-19').describe('equals llvm-objdump', () => {
    const stream = fc.sample(fc.oneof(straight, jumping), { numRuns: 4000, seed: 20240601 });

    test('with 32-bit registers', () => {
      const llvm = disassembleWithLlvm(encode(stream), '--mcpu=v4');
      expect(ours(stream, true)).toEqual([...llvm]);
    });

    test('as it prints by itself', () => {
      // Without 32-bit registers llvm-objdump does not know the atomic operations on them.
      const known = stream.filter(({ opcode, imm }) => opcode !== 0xc3 || imm === 0);
      expect(ours(known, false)).toEqual([...disassembleWithLlvm(encode(known))]);
    });
  });
});
