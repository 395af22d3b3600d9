import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SkepError } from '../../src/base/index.ts';
import { decode, encode, type Instruction } from '../../src/isa/index.ts';
import { anyBits } from './arbitrary.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('encoding', () => {
  const rows: [string, Instruction, string][] = [
    ['r1 = 5', { opcode: 0xb7, dst: 1, src: 0, offset: 0, imm: 5 }, 'b701000005000000'],
    ['*(u8 *)(r10 - 1) = r2', { opcode: 0x73, dst: 10, src: 2, offset: -1, imm: 0 }, '732affff00000000'],
    ['exit', { opcode: 0x95, dst: 0, src: 0, offset: 0, imm: 0 }, '9500000000000000'],
    [
      'r1 = 0x123456789 ll',
      { opcode: 0x18, dst: 1, src: 0, offset: 0, imm: 0x23456789, immHigh: 1 },
      '18010000896745230000000001000000',
    ],
  ];
  test.each(rows)('%s', (_text, instruction, bytes) => {
    expect(hex(encode([instruction]))).toBe(bytes);
    expect(decode(Buffer.from(bytes, 'hex'))[0]).toEqual(instruction);
  });

  test('any bits come back as they were', () => {
    fc.assert(
      fc.property(fc.array(anyBits, { maxLength: 20 }), (list) => {
        const slots = decode(encode(list));
        expect(slots.filter((slot) => slot !== undefined)).toEqual(list);
        expect(slots.length * 8).toBe(encode(list).length);
        expect(encode(slots)).toEqual(encode(list));
      }),
    );
  });

  test('bytes at an odd address are read', () => {
    const bytes = new Uint8Array([0xff, 0x95, 0, 0, 0, 0, 0, 0, 0]).subarray(1);
    expect(decode(bytes)[0]?.opcode).toBe(0x95);
  });

  test.each([
    ['a part of an instruction', '950000000000', 0],
    ['a 64-bit load at the end', '95000000000000001801000000000000', 1],
    ['a 64-bit load whose second slot has an opcode', '18010000000000009500000000000000', 0],
  ])('%s is refused', (_name, bytes, slot) => {
    const run = (): unknown => decode(Buffer.from(bytes, 'hex'));
    expect(run).toThrow(SkepError);
    expect(run).toThrow(expect.objectContaining({ code: 'SKEP_BAD_INSTRUCTION', place: { instruction: slot } }));
  });
});
