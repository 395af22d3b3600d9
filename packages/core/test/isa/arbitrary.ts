import fc from 'fast-check';
import type { Instruction } from '../../src/isa/index.ts';

/** Random instructions that RFC 9669, the kernel and clang's cpu v4 have, written from the RFC's tables. */

const register = fc.integer({ min: 0, max: 10 });
const writable = fc.integer({ min: 0, max: 9 });
const offset = fc.oneof(fc.integer({ min: -0x8000, max: 0x7fff }), fc.integer({ min: -8, max: 8 }));
const imm = fc.oneof(fc.integer({ min: -0x80000000, max: 0x7fffffff }), fc.integer({ min: -9, max: 9 }));
const zero = fc.constant(0);

type Field = fc.Arbitrary<number>;

function shape(fields: {
  opcode: Field;
  dst?: Field;
  src?: Field;
  offset?: Field;
  imm?: Field;
}): fc.Arbitrary<Instruction> {
  return fc.record({ dst: zero, src: zero, offset: zero, imm: zero, ...fields });
}

const anyOf = (...values: number[]): Field => fc.constantFrom(...values);

/** Opcodes made of a class and of operations of bits 4-7. */
function operations(classes: number[], codes: number[], source: 0 | 8): Field {
  return anyOf(...classes.flatMap((kind) => codes.map((code) => kind | code | source)));
}

const plainAlu = [0x00, 0x10, 0x20, 0x40, 0x50, 0x60, 0x70, 0xa0, 0xb0, 0xc0];
const conditions = [0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0xa0, 0xb0, 0xc0, 0xd0];
const memory = [0x61, 0x69, 0x71, 0x79];
const atomics = [0x00, 0x01, 0x40, 0x41, 0x50, 0x51, 0xa0, 0xa1, 0xe1, 0xf1];

/** Arithmetic, byte swaps, loads and stores, packet loads, atomics: what does not jump. */
export const straight: fc.Arbitrary<Instruction> = fc.oneof(
  shape({ opcode: operations([4, 7], plainAlu, 0), dst: writable, imm }),
  shape({ opcode: operations([4, 7], plainAlu, 8), dst: writable, src: register }),
  shape({ opcode: operations([4, 7], [0x30, 0x90], 0), dst: writable, imm, offset: anyOf(0, 1) }),
  shape({ opcode: operations([4, 7], [0x30, 0x90], 8), dst: writable, src: register, offset: anyOf(0, 1) }),
  shape({ opcode: anyOf(0x84, 0x87), dst: writable }),
  shape({ opcode: anyOf(0xd4, 0xdc, 0xd7), dst: writable, imm: anyOf(16, 32, 64) }),
  shape({ opcode: anyOf(0xbc), dst: writable, src: register, offset: anyOf(8, 16) }),
  shape({ opcode: anyOf(0xbf), dst: writable, src: register, offset: anyOf(8, 16, 32) }),
  shape({ opcode: anyOf(0xbf), dst: writable, src: register, offset: anyOf(1), imm: anyOf(1, 0x10000) }),
  shape({ opcode: anyOf(...memory, 0x81, 0x89, 0x91), dst: writable, src: register, offset }),
  shape({ opcode: anyOf(0x62, 0x6a, 0x72, 0x7a), dst: register, offset, imm }),
  shape({ opcode: anyOf(0x63, 0x6b, 0x73, 0x7b), dst: register, src: register, offset }),
  shape({ opcode: anyOf(0xc3, 0xdb), dst: register, src: writable, offset, imm: anyOf(...atomics) }),
  shape({ opcode: anyOf(0x20, 0x28, 0x30), imm }),
  shape({ opcode: anyOf(0x40, 0x48, 0x50), src: register }),
  fc.record({ opcode: anyOf(0x18), dst: writable, src: zero, offset: zero, imm, immHigh: imm }),
  fc.record({ opcode: anyOf(0x18), dst: writable, src: anyOf(1, 3, 5), offset: zero, imm, immHigh: zero }),
);

/** Jumps of any kind and distance, calls, exit. */
export const jumping: fc.Arbitrary<Instruction> = fc.oneof(
  shape({ opcode: operations([5, 6], conditions, 0), dst: register, imm, offset }),
  shape({ opcode: operations([5, 6], conditions, 8), dst: register, src: register, offset }),
  shape({ opcode: anyOf(0x05), offset }),
  shape({ opcode: anyOf(0x06), imm }),
  shape({ opcode: anyOf(0xe5), offset }),
  shape({ opcode: anyOf(0x85), src: anyOf(0, 1, 2), imm }),
  shape({ opcode: anyOf(0x8d), dst: register }),
  shape({ opcode: anyOf(0x95) }),
);

/** What LLVM 19 does not know, or knows only in part. */
export const beyondLlvm: fc.Arbitrary<Instruction> = fc.oneof(
  shape({ opcode: anyOf(0xc3, 0xcb, 0xd3, 0xdb), dst: writable, src: register, offset, imm: anyOf(0x100, 0x110) }),
  shape({ opcode: anyOf(0x40, 0x48, 0x50), src: register, imm }),
  shape({ opcode: anyOf(0x85), src: anyOf(2), offset, imm }),
  shape({ opcode: anyOf(0x8d), imm: register }),
  fc.record({ opcode: anyOf(0x18), dst: writable, src: anyOf(2, 6), offset: zero, imm, immHigh: imm }),
);

/** Any valid instruction. */
export const valid: fc.Arbitrary<Instruction> = fc.oneof(straight, jumping, beyondLlvm);

/** Any bits that decode: opcodes, registers and fields need not exist. */
export const anyBits: fc.Arbitrary<Instruction> = fc
  .record({
    opcode: fc.integer({ min: 0, max: 255 }),
    dst: fc.integer({ min: 0, max: 15 }),
    src: fc.integer({ min: 0, max: 15 }),
    offset: fc.integer({ min: -0x8000, max: 0x7fff }),
    imm: fc.integer({ min: -0x80000000, max: 0x7fffffff }),
    immHigh: fc.integer({ min: -0x80000000, max: 0x7fffffff }),
  })
  .map(({ immHigh, ...rest }) => (rest.opcode === 0x18 ? { ...rest, immHigh } : rest));
